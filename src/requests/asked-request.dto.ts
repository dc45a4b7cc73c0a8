import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsString, IsUUID, Length } from 'class-validator';
import { IsMoment } from '../../libs/http/is-moment.js';
import { Optional } from '../../libs/http/optional.js';
import { PageQuery } from '../../libs/http/page.dto.js';
import { REQUEST_STATES, type RequestStatus } from './test-data-request.entity.js';

/** What one person asks of another: a record for a feature. */
export class CreateRequest {
  /** Schema that the record is to follow; one of the feature's. */
  @IsUUID()
  schema_id: string;

  /**
   * What it has to be like and what for, 1 to 2,000 characters.
   * @example "A customer whose card has expired, for the checkout tests"
   */
  @Optional()
  @IsString()
  @Length(1, 2_000)
  request_notes?: string;
}

/** Which record to give; without any of these, one from stock is drawn. */
export class FulfillRequest {
  /** This record, which must be active, of the schema that was asked for, and in its environment. */
  @Optional()
  @IsUUID()
  record_id?: string;

  /**
   * Whether to make a new one.
   * @example false
   */
  @Optional()
  @IsBoolean()
  generate?: boolean;

  /**
   * What the asker should know, 1 to 2,000 characters.
   * @example "Its card expired in May"
   */
  @Optional()
  @IsString()
  @Length(1, 2_000)
  response_notes?: string;
}

/** Why a request is not fulfilled. */
export class RejectRequest {
  /**
   * Why, 1 to 2,000 characters.
   * @example "Expired cards are covered by the fixtures of the payment team"
   */
  @IsString()
  @Length(1, 2_000)
  response_notes: string;
}

/** Which requests of people to list. */
export class ListQueue extends PageQuery {
  /** Only those in this state. */
  @Optional()
  @IsIn(REQUEST_STATES)
  @ApiProperty({ required: false, enum: REQUEST_STATES })
  status?: RequestStatus;

  /** Only those for this feature. */
  @Optional()
  @IsUUID()
  feature_id?: string;

  /** Only those for records of this schema. */
  @Optional()
  @IsUUID()
  schema_id?: string;

  /** Whether to list only what I asked for. */
  @Optional()
  @IsBoolean()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  mine?: boolean;
}

/** Which requests and hand-outs of a project to list. */
export class ListRequests extends PageQuery {
  /** Only those in this state. */
  @Optional()
  @IsIn(REQUEST_STATES)
  @ApiProperty({ required: false, enum: REQUEST_STATES })
  status?: RequestStatus;

  /** Only what this person asked for. */
  @Optional()
  @IsUUID()
  requested_by?: string;

  /** Only those for this feature. */
  @Optional()
  @IsUUID()
  feature_id?: string;

  /** Only those in this environment. */
  @Optional()
  @IsUUID()
  environment_id?: string;

  /** Only those for records of this schema. */
  @Optional()
  @IsUUID()
  schema_id?: string;

  /**
   * Only those that were asked for at this moment or later; left out, in the last 30 days.
   * @example "2026-01-15T00:00:00Z"
   */
  @Optional()
  @IsMoment()
  since?: string;
}

/** One schema's part of a hand-out, or what one person asked of another. */
export class RequestResponse {
  /** Id of the request. */
  id: string;

  /** Whether it waits, and how it ended. Hand-outs without a person who answers are `fulfilled` from the start. */
  @ApiProperty({ enum: REQUEST_STATES, example: 'pending' })
  status: RequestStatus;

  /** Bundle that it is a part of; null where one person asked another. */
  bundle_id: string | null;

  /** Feature that the record is for. */
  feature_id: string;

  /**
   * Its name, also where it is gone.
   * @example "checkout"
   */
  feature_name: string | null;

  /** Environment that the record is from. */
  environment_id: string;

  /**
   * Its name, also where it is gone.
   * @example "Staging"
   */
  environment_name: string | null;

  /** Schema that the record follows. */
  schema_id: string;

  /**
   * Its name, also where it is gone.
   * @example "Customer"
   */
  schema_name: string | null;

  /** Who asked. */
  requested_by: string;

  /**
   * Their user name.
   * @example "ada"
   */
  requested_by_name: string | null;

  /** When they asked. */
  requested_at: Date;

  /**
   * What they said.
   * @example "A customer whose card has expired, for the checkout tests"
   */
  request_notes: string | null;

  /** Who fulfilled or rejected it; the asker where they withdrew it, null where nobody had to or has yet. */
  responded_by: string | null;

  /**
   * Their user name.
   * @example "grace"
   */
  responded_by_name: string | null;

  /** When that was; null while it is pending. */
  responded_at: Date | null;

  /**
   * What they said.
   * @example "Its card expired in May"
   */
  response_notes: string | null;

  /**
   * Milliseconds from asking to the answer; null while it is pending.
   * @example 84000
   */
  took_ms: number | null;

  /** When the record was handed out; null where none was. */
  fulfilled_at: Date | null;

  /** The record that was handed out, which may be deleted since; null where none was. */
  provided_data_id: string | null;

  /** Whether the record was there or made for it; null where none was handed out. */
  source: 'stock' | 'generated' | null;
}

/** A request with the record that was handed out. */
export class RequestWithRecord extends RequestResponse {
  /**
   * Values of the record as they are now, by field name; null where none was handed out or it is deleted.
   * @example { "username": "john_doe", "email": "john@test.com", "age": 28 }
   */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  data: Record<string, unknown> | null;
}

/** One page of requests. */
export class RequestPage {
  /** The requests; the queue of an environment oldest first, those of a project newest first. */
  data: RequestResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

/** A request as the database has it, with what its parts are called. */
export type RequestRow = Omit<RequestResponse, 'took_ms' | 'responded_at'> & { responded_at: Date | null };

export function toRequestResponse(row: RequestRow): RequestResponse {
  const end = row.responded_at ?? row.fulfilled_at;
  return {
    ...row,
    responded_at: end,
    took_ms: end && Math.max(0, end.getTime() - row.requested_at.getTime()),
  };
}

export function toRequestWithRecord(row: RequestRow, data: Record<string, unknown> | null): RequestWithRecord {
  return { ...toRequestResponse(row), data };
}
