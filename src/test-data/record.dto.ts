import { IsInt, IsObject, IsString, Length, Max, Min } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { ApiOverrides } from '../schemas/override.dto.js';
import type { Overrides } from '../schemas/overrides.js';
import type { RecordStatus } from './test-record.entity.js';
import { IsSeed } from './is-seed.js';
import { AsGiven } from '../../libs/http/as-given.js';
import { Optional } from '../../libs/http/optional.js';
import { RunOrder } from '../jobs/run-order.dto.js';

/** A new record, typed in by hand. */
export class CreateRecord {
  /**
   * Values by field name; they must keep the rules of the schema.
   * @example { "username": "john_doe", "email": "john@test.com", "age": 28 }
   */
  @IsObject()
  @AsGiven()
  data_values: Record<string, unknown>;
}

/** New values of a record. */
export class UpdateRecord {
  /**
   * All values by field name: what is left out is gone.
   * @example { "username": "john_doe", "email": "john@test.com", "age": 29 }
   */
  @IsObject()
  @AsGiven()
  data_values: Record<string, unknown>;
}

/** Why a record is taken out of use. */
export class InvalidateRecord {
  /**
   * Why, for people; 1 to 500 characters.
   * @example "The account was closed"
   */
  @IsString()
  @Length(1, 500)
  reason: string;
}

/** How many sample records to make. */
export class GenerateSample {
  /**
   * How many, 1 to 100.
   * @example 10
   */
  @IsInt()
  @Min(1)
  @Max(100)
  count: number;

  /** Text of at most 100 characters or a whole number: the same seed gives the same values. */
  @ApiProperty({ oneOf: [{ type: 'string', maxLength: 100 }, { type: 'integer' }], example: 'demo' })
  @Optional()
  @IsSeed()
  seed?: string | number;

  /** Other rules for some fields of these rows, by the field's name. */
  @ApiOverrides()
  overrides?: Overrides;
}

/** A bulk run to start. */
export class StartGeneration extends RunOrder {
  /**
   * How many rows, at least 1; the installation sets the most.
   * @example 100000
   */
  @IsInt()
  @Min(1)
  count: number;

  /** Text of at most 100 characters or a whole number: the same seed gives the same values. */
  @ApiProperty({ oneOf: [{ type: 'string', maxLength: 100 }, { type: 'integer' }], example: 42 })
  @Optional()
  @IsSeed()
  seed?: string | number;

  /** Other rules for some fields of this run's rows, by the field's name. */
  @ApiOverrides()
  overrides?: Overrides;
}

/** A record. */
export class RecordResponse {
  /** Id of the record. */
  id: string;

  /** Schema that it follows. */
  schema_id: string;

  /** Environment that it belongs to. */
  environment_id: string;

  /**
   * Values by field name, in the order of the definition.
   * @example { "username": "john_doe", "email": "john@test.com", "age": 28 }
   */
  data_values: Record<string, unknown>;

  /** `active` records are handed out; `used` and `invalid` ones are not. */
  status: 'active' | 'used' | 'invalid';

  /**
   * Why it is invalid; null where it is not, or nobody said why.
   * @example null
   */
  status_reason: string | null;

  /** Whether it has been handed out and is not to be again. */
  is_used: boolean;

  /**
   * When it was last handed out for good; null while it is active.
   * @example null
   */
  used_at: Date | null;

  /**
   * Who has it; null while it is active.
   * @example null
   */
  used_by: string | null;

  /**
   * Feature for which it was handed out; null while it is active.
   * @example null
   */
  feature_id: string | null;

  /**
   * When it comes back by itself; null unless it is on lease.
   * @example null
   */
  lease_expires_at: Date | null;

  /**
   * Bulk run that made it; null for one typed in, a sample or one made on the spot.
   * @example null
   */
  run_id: string | null;

  /**
   * Version of the schema's definition that it was checked against.
   * @example 1
   */
  schema_version: number;

  /** Who made it, or started the run that did. */
  created_by: string;

  /** When it was made. */
  created_at: Date;

  /** When it was last changed. */
  updated_at: Date;
}

/** One page of records. */
export class RecordPage {
  /** The records, oldest first. */
  data: RecordResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

/** The records that were made. */
export class SampleResponse {
  /** The records, in the order of their rows. */
  data: RecordResponse[];
}

/** A record as the database has it. */
export interface RecordRow {
  id: string;
  stock_id: string;
  schema_id: string;
  environment_id: string;
  data_values: Record<string, unknown>;
  status: RecordStatus;
  status_reason: string | null;
  used_at: Date | null;
  used_by: string | null;
  feature_id: string | null;
  lease_expires_at: Date | null;
  run_id: string | null;
  schema_version: number;
  created_by: string;
  created_at: Date;
  updated_at: Date;
}

export function toRecordResponse(row: RecordRow): RecordResponse {
  return {
    id: row.id,
    schema_id: row.schema_id,
    environment_id: row.environment_id,
    data_values: row.data_values,
    status: row.status,
    status_reason: row.status_reason,
    is_used: row.status === 'used',
    used_at: row.used_at,
    used_by: row.used_by,
    feature_id: row.feature_id,
    lease_expires_at: row.lease_expires_at,
    run_id: row.run_id,
    schema_version: row.schema_version,
    created_by: row.created_by,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}
