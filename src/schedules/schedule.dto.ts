import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { plainToInstance, Transform } from 'class-transformer';
import { IsBoolean, IsObject, IsString, Length, ValidateNested } from 'class-validator';
import { Optional } from '../../libs/http/optional.js';
import { PageQuery } from '../../libs/http/page.dto.js';
import type { Schedule } from './schedule.entity.js';
import { ScheduledGeneration, ScheduledManyGeneration, type ScheduledRun, UnknownRun } from './scheduled-run.dto.js';

const RUNS = {
  oneOf: [{ $ref: getSchemaPath(ScheduledGeneration) }, { $ref: getSchemaPath(ScheduledManyGeneration) }],
  discriminator: {
    propertyName: 'type',
    mapping: {
      generate: getSchemaPath(ScheduledGeneration),
      generate_many: getSchemaPath(ScheduledManyGeneration),
    },
  },
  example: {
    type: 'generate',
    environment_id: '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10',
    schema_id: '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10',
    count: 1000,
  },
};

/** The run that stands in the body, as what its `type` says. By hand, since class-transformer's discriminator breaks on lists. */
const IsRun = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ obj }: { obj: { run?: unknown } }) => readRun(obj.run)),
    IsObject(),
    ValidateNested(),
  );

function readRun(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const { type } = given as { type?: unknown };
  if (type === 'generate') return plainToInstance(ScheduledGeneration, given);
  return plainToInstance(type === 'generate_many' ? ScheduledManyGeneration : UnknownRun, given);
}

/** A run to start by itself, again and again. */
@ApiExtraModels(ScheduledGeneration, ScheduledManyGeneration)
export class CreateSchedule {
  /**
   * Name, 1 to 100 characters, unique in the project.
   * @example "Users every night"
   */
  @IsString()
  @Length(1, 100)
  name: string;

  /**
   * When, in the five fields of cron: minute, hour, day of the month, month, day of the week. At most once a minute.
   * @example "30 2 * * 1-5"
   */
  @IsString()
  @Length(9, 200)
  cron: string;

  /**
   * Time zone of these, by its IANA name. An hour that a change of the clocks leaves out is made up for after it.
   * @example "Europe/Berlin"
   */
  @ApiProperty({ required: false, default: 'UTC' })
  @Optional()
  @IsString()
  @Length(1, 100)
  time_zone: string = 'UTC';

  /** What to start: the body of `generate` or `generateMany`, with its type and its place. */
  @ApiProperty(RUNS)
  @IsRun()
  run: ScheduledRun;

  /**
   * Whether it waits until it is resumed.
   * @example false
   */
  @Optional()
  @IsBoolean()
  is_paused?: boolean;
}

/** What may change of a schedule; what is left out stays. */
export class UpdateSchedule {
  /**
   * Name, 1 to 100 characters, unique in the project.
   * @example "Users every night"
   */
  @Optional()
  @IsString()
  @Length(1, 100)
  name?: string;

  /**
   * When, in the five fields of cron.
   * @example "30 2 * * *"
   */
  @Optional()
  @IsString()
  @Length(9, 200)
  cron?: string;

  /**
   * Time zone of these, by its IANA name.
   * @example "Europe/Berlin"
   */
  @Optional()
  @IsString()
  @Length(1, 100)
  time_zone?: string;

  /** What to start; from now on, it is started in the name of whoever changes it. */
  @ApiProperty({ ...RUNS, required: false })
  @Optional()
  @IsRun()
  run?: ScheduledRun;

  /**
   * true pauses it, false resumes it.
   * @example true
   */
  @Optional()
  @IsBoolean()
  is_paused?: boolean;
}

/** Which schedules to list. */
export class ListSchedules extends PageQuery {}

/** A run that starts by itself. */
export class ScheduleResponse {
  /** Id of the schedule. */
  id: string;

  /** Project that it belongs to. */
  project_id: string;

  /**
   * Name.
   * @example "Users every night"
   */
  name: string;

  /**
   * When, in the five fields of cron.
   * @example "30 2 * * 1-5"
   */
  cron: string;

  /**
   * Time zone of these.
   * @example "Europe/Berlin"
   */
  time_zone: string;

  /** What it starts. */
  @ApiProperty(RUNS)
  run: ScheduledRun;

  /** Whether it waits until it is resumed. */
  is_paused: boolean;

  /**
   * Why it was paused, where nobody did: who it runs as may not start it any more, or its place is archived or gone.
   * @example null
   */
  paused_reason: string | null;

  /** When it starts its next run; null while it is paused. */
  next_run_at: Date | null;

  /** When it last started one; null before the first. */
  last_run_at: Date | null;

  /** The run that it last started; null before the first. */
  last_run_id: string | null;

  /** When it last left a run out, since the one before still went on; null where it never did. */
  last_skipped_at: Date | null;

  /**
   * Why the last run could not be started; null where it could.
   * @example null
   */
  last_error: string | null;

  /** Who made it. */
  created_by: string;

  /** Person in whose name it starts runs: whoever last said what it starts. */
  @ApiProperty({ format: 'uuid' })
  runs_as: string;

  /** When it was made. */
  created_at: Date;

  /** When it was last changed. */
  updated_at: Date;
}

/** One page of schedules. */
export class SchedulePage {
  /** The schedules, oldest first. */
  data: ScheduleResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

export function toScheduleResponse(schedule: Schedule): ScheduleResponse {
  return {
    id: schedule.id,
    project_id: schedule.projectId,
    name: schedule.name,
    cron: schedule.cron,
    time_zone: schedule.timeZone,
    run: schedule.run,
    is_paused: schedule.isPaused,
    paused_reason: schedule.pausedReason,
    next_run_at: schedule.nextRunAt,
    last_run_at: schedule.lastRunAt,
    last_run_id: schedule.lastRunId,
    last_skipped_at: schedule.lastSkippedAt,
    last_error: schedule.lastError,
    created_by: schedule.createdBy,
    runs_as: schedule.runsAs,
    created_at: schedule.createdAt,
    updated_at: schedule.updatedAt,
  };
}
