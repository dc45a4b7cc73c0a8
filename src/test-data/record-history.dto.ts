import { ApiProperty } from '@nestjs/swagger';
import type { RecordStatus } from './test-record.entity.js';

const EVENTS = [
  'created',
  'handed_out',
  'used',
  'reactivated',
  'invalidated',
  'edited',
  'lease_changed',
  'deleted',
] as const;
export type RecordEventType = (typeof EVENTS)[number];

/** Something that happened to a record. */
export class RecordEvent {
  /** Id of the event. */
  id: string;

  /** When. */
  at: Date;

  /**
   * What: `handed_out` for each time that it was given to somebody; `used` where it was marked as used; `reactivated` where it
   * came back into the stock; `edited` where its values changed, or why it is invalid.
   */
  @ApiProperty({ enum: EVENTS, example: 'handed_out' })
  event: RecordEventType;

  /**
   * State before; null where it was made or handed out.
   * @example null
   */
  from: 'active' | 'used' | 'invalid' | null;

  /**
   * State after; null where it was handed out (which uses up single-use records only) or deleted.
   * @example null
   */
  to: 'active' | 'used' | 'invalid' | null;

  /**
   * Whether its values changed.
   * @example false
   */
  values_changed: boolean;

  /**
   * Why it is invalid since; null otherwise.
   * @example null
   */
  reason: string | null;

  /**
   * Until when it is lent since; null where it is not.
   * @example null
   */
  lease_expires_at: Date | null;

  /** Who did it, started the run that did it, or was given the record; null where it happened by itself. */
  by: string | null;

  /**
   * Their user name.
   * @example "ada"
   */
  by_name: string | null;

  /** Feature for which it was handed out, or had been; null where there was none. */
  feature_id: string | null;

  /**
   * Name of the feature, also where it is gone.
   * @example "user_registration"
   */
  feature_name: string | null;

  /**
   * Run that did it; null where none did.
   * @example null
   */
  run_id: string | null;

  /**
   * Type of the run, or what else led to it; null where somebody did it directly.
   * @example null
   */
  cause: string | null;

  /** Request that it was handed out for; null for other events. */
  request_id: string | null;

  /** Bundle that it was handed out in; null for other events, and where one person gave it to another. */
  bundle_id: string | null;
}

/** One page of a record's history. */
export class RecordHistoryPage {
  /** What happened, oldest first. */
  data: RecordEvent[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

/** An event as the database has it. */
export interface RecordEventRow {
  id: string;
  at: Date;
  /** The moment to the microsecond, for cursors. */
  micros: string;
  kind: 'created' | 'handed_out' | 'changed';
  from_status: RecordStatus | null;
  to_status: RecordStatus | null;
  values_changed: boolean;
  reason: string | null;
  lease_expires_at: Date | null;
  actor_id: string | null;
  actor_name: string | null;
  feature_id: string | null;
  feature_name: string | null;
  run_id: string | null;
  cause: string | null;
  bundle_id: string | null;
}

export function toRecordEvent(row: RecordEventRow): RecordEvent {
  return {
    id: row.id,
    at: row.at,
    event: eventOf(row),
    from: row.from_status,
    to: row.to_status,
    values_changed: row.values_changed,
    reason: row.reason,
    lease_expires_at: row.lease_expires_at,
    by: row.actor_id,
    by_name: row.actor_name,
    feature_id: row.feature_id,
    feature_name: row.feature_name,
    run_id: row.run_id,
    cause: row.cause,
    request_id: row.kind === 'handed_out' ? row.id : null,
    bundle_id: row.bundle_id,
  };
}

const INTO = { active: 'reactivated', used: 'used', invalid: 'invalidated' } as const;

function eventOf({ kind, from_status, to_status, values_changed, reason }: RecordEventRow): RecordEventType {
  if (kind !== 'changed') return kind;
  if (to_status === null) return 'deleted';
  if (to_status !== from_status) return INTO[to_status];
  return values_changed || reason !== null ? 'edited' : 'lease_changed';
}
