import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsUrl, Length, Matches, Max, Min } from 'class-validator';
import { type Level, LOG_LEVELS } from '../log/process-logger.js';

/** A decimal number, or the text as it was given, for the rule below it to refuse. */
const Numeric = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value,
  );

const Whole =
  (min: number, max: number): PropertyDecorator =>
  (target, key) => {
    const message = `must be a whole number from ${min} to ${max}`;
    Numeric()(target, key);
    IsInt({ message })(target, key);
    Min(min, { message })(target, key);
    Max(max, { message })(target, key);
  };

/** The environment variables by name, with their rules and defaults; `.env.example` lists them for people. */
export class Environment {
  /** Port of the HTTP API; 0 takes any free one. */
  @Whole(0, 65_535)
  PORT: number = 3000;

  /** Address that the API and the worker's health endpoint listen on. */
  @Length(1, 255, { message: 'must be an address or host name' })
  HOST: string = '127.0.0.1';

  /** PostgreSQL 18 or newer; unset starts the embedded one. */
  @Matches(/^postgres(ql)?:\/\/\S+$/, { message: 'must look like postgres://user:password@host:5432/database' })
  DATABASE_URL?: string;

  /** Redis 6.2 or newer for the queue; unset keeps the queue in PostgreSQL. */
  @Matches(/^rediss?:\/\/\S+$/, { message: 'must look like redis://host:6379' })
  REDIS_URL?: string;

  /** Folder for the embedded database and other local files. */
  @Length(1, 1000, { message: 'must be a path of at most 1000 characters' })
  TESTLAKE_DIR: string = '.testlake';

  /** Set by the launcher for the processes that it starts on its embedded database; not for people. */
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  TESTLAKE_EMBEDDED?: string;

  /** User of the job board at `/admin/queues`. */
  @Length(1, 100, { message: 'must have 1 to 100 characters' })
  BOARD_USER?: string;

  /** Password of the job board. */
  @Length(8, 200, { message: 'must have 8 to 200 characters' })
  BOARD_PASSWORD?: string;

  /** Port of the worker's health and metrics; 0 takes any free one. */
  @Whole(0, 65_535)
  WORKER_PORT: number = 0;

  /** Slices that one worker makes at a time; unset is the number of processors. */
  @Whole(1, 64)
  WORKER_CONCURRENCY?: number;

  /** Rows of one slice of a bulk run. */
  @Whole(100, 1_000_000)
  SLICE_ROWS: number = 50_000;

  /** Milliseconds between two rounds of a worker's upkeep: lost slices found, counts rolled up, stocks filled up. */
  @Whole(100, 60_000)
  UPKEEP_MS: number = 5_000;

  /** Seconds after which what a worker had in hand that has died is given to another one. */
  @Whole(1, 60)
  LOCK_SECONDS: number = 5;

  /** Rows that one bulk run may ask for. */
  @Whole(1, 1_000_000_000)
  MAX_RUN_ROWS: number = 100_000_000;

  /** From which level on the programs write log lines. */
  @IsIn(LOG_LEVELS, { message: `must be ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: Level = 'warn';

  /** Bytes of a file that is imported. */
  @Whole(1_000, 1_000_000_000_000)
  MAX_IMPORT_BYTES: number = 5 * 1024 ** 3;

  /** Bucket for files, in a store that speaks S3; unset is a folder in TESTLAKE_DIR. */
  @Length(3, 63, { message: 'must have 3 to 63 characters' })
  S3_BUCKET?: string;

  /** Address of the store; unset is Amazon's. */
  @IsUrl({ require_tld: false, require_protocol: true }, { message: 'must be a URL such as https://s3.example.com' })
  S3_ENDPOINT?: string;

  /** Region of the bucket. */
  @Length(1, 50, { message: 'must have 1 to 50 characters' })
  S3_REGION: string = 'us-east-1';

  /** Who signs in to the store. */
  @Length(1, 200, { message: 'must have 1 to 200 characters' })
  S3_ACCESS_KEY_ID?: string;

  /** The secret that goes with it. */
  @Length(1, 200, { message: 'must have 1 to 200 characters' })
  S3_SECRET_ACCESS_KEY?: string;

  /** OpenTelemetry collector that takes traces by OTLP over HTTP; unset traces nothing. */
  @IsUrl({ require_tld: false, require_protocol: true }, { message: 'must be a URL such as http://localhost:4318' })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  /** Days after which runs that are over are forgotten, with their files. */
  @Whole(1, 3_650)
  KEEP_RUNS_DAYS: number = 30;

  /** Records that a delete removes within the request; more become a run. */
  @Whole(0, 1_000_000)
  INLINE_DELETE_ROWS: number = 10_000;

  /** Life of an access token. */
  @Whole(1, 60)
  ACCESS_TOKEN_MINUTES: number = 15;

  /** Life of a refresh token that is not used. */
  @Whole(1, 365)
  REFRESH_TOKEN_DAYS: number = 30;
}
