import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { Level } from '../log/process-logger.js';
import { Environment } from './environment.js';

/** Everything that the outside decides, read and validated once. Nothing else of TestLake reads `process.env`. */
export interface Config {
  /** True when TestLake runs its own PostgreSQL (no `DATABASE_URL` was given). */
  embedded: boolean;
  /** Connection string of PostgreSQL; null in the launcher of the embedded mode, which starts one and tells its children. */
  databaseUrl: string | null;
  /** Connection string of Redis; null puts the queue on PostgreSQL. */
  redisUrl: string | null;
  /** Absolute path of the folder for everything that TestLake keeps on this machine. */
  dataDir: string;
  /** From which level on log lines are written. */
  logLevel: Level;
  http: { host: string; port: number };
  worker: { port: number; concurrency: number; sliceRows: number; lockSeconds: number; upkeepMs: number };
  /** User and password of the job board; null closes it outside the embedded mode. */
  board: { user: string; password: string } | null;
  tokens: { accessSeconds: number; refreshDays: number };
  limits: { runRows: number; inlineDeleteRows: number; importBytes: number };
  /** Days after which runs that are over are forgotten, with their files. */
  keepRunsDays: number;
  /** OpenTelemetry collector to which traces go; null where nothing is traced. */
  tracing: string | null;
  /** Where files are kept; null is the folder `files` in dataDir. */
  bucket: Bucket | null;
}

/** A bucket of a store that speaks S3; without an endpoint, Amazon's. */
export interface Bucket {
  name: string;
  endpoint: string | null;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** One or more environment variables are wrong; the message names them all, each with its remedy. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Reads the environment (and `.env` beside `package.json`, which never overrides it). Throws {@link ConfigError}. */
export function loadConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readConfig(process.env);
}

/** Validates the given variables; an empty value counts as unset. Throws {@link ConfigError} naming every bad one. */
export function readConfig(variables: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const env = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const problems = validateSync(env, { skipMissingProperties: true }).map(
    (error) =>
      `${shown(error.property, error.value)}: ${[...new Set(Object.values(error.constraints ?? {}))].join('; ')}`,
  );
  if ((env.BOARD_USER === undefined) !== (env.BOARD_PASSWORD === undefined)) {
    problems.push('BOARD_USER, BOARD_PASSWORD: set both to open the job board, or neither to keep it closed');
  }
  if (env.S3_BUCKET !== undefined && !(env.S3_ACCESS_KEY_ID && env.S3_SECRET_ACCESS_KEY)) {
    problems.push('S3_BUCKET: set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, too');
  }
  if (problems.length > 0) throw new ConfigError(`Wrong configuration:\n  ${problems.join('\n  ')}`);
  return toConfig(env);
}

// What may hold a password is not repeated on the screen and in logs.
function shown(name: string, value: unknown): string {
  return /_URL$|PASSWORD|SECRET|KEY_ID/.test(name) ? name : `${name}=${String(value)}`;
}

function toConfig(env: Environment): Config {
  return {
    embedded: env.TESTLAKE_EMBEDDED === 'true' || env.DATABASE_URL === undefined,
    databaseUrl: env.DATABASE_URL ?? null,
    redisUrl: env.REDIS_URL ?? null,
    dataDir: path.resolve(env.TESTLAKE_DIR),
    logLevel: env.LOG_LEVEL,
    http: { host: env.HOST, port: env.PORT },
    worker: {
      port: env.WORKER_PORT,
      concurrency: env.WORKER_CONCURRENCY ?? os.availableParallelism(),
      sliceRows: env.SLICE_ROWS,
      upkeepMs: env.UPKEEP_MS,
      lockSeconds: env.LOCK_SECONDS,
    },
    board: env.BOARD_USER && env.BOARD_PASSWORD ? { user: env.BOARD_USER, password: env.BOARD_PASSWORD } : null,
    tokens: { accessSeconds: env.ACCESS_TOKEN_MINUTES * 60, refreshDays: env.REFRESH_TOKEN_DAYS },
    limits: { runRows: env.MAX_RUN_ROWS, inlineDeleteRows: env.INLINE_DELETE_ROWS, importBytes: env.MAX_IMPORT_BYTES },
    keepRunsDays: env.KEEP_RUNS_DAYS,
    tracing: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    bucket: bucketOf(env),
  };
}

function bucketOf(env: Environment): Bucket | null {
  const { S3_BUCKET: name, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!name || !accessKeyId || !secretAccessKey) return null;
  return { name, endpoint: env.S3_ENDPOINT ?? null, region: env.S3_REGION, accessKeyId, secretAccessKey };
}
