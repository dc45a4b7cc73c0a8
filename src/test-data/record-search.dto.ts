import { ApiProperty, OmitType } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, Length, MaxLength } from 'class-validator';
import { IsMoment } from '../../libs/http/is-moment.js';
import { Nested } from '../../libs/http/nested.js';
import { Optional } from '../../libs/http/optional.js';
import { PageQuery } from '../../libs/http/page.dto.js';
import { AsOf } from './as-of.dto.js';
import { RecordFilter } from './record-filter.dto.js';

/** What searches for records have in common. */
export class RecordPageQuery extends OmitType(PageQuery, ['cursor']) {
  /** `next_cursor` of the page before, which must have been asked for with the same `sort`; leave out for the first page. */
  @Optional()
  @IsString()
  @MaxLength(2500)
  cursor?: string;

  /**
   * The order: `created_at` (when they were asked for; the default), `used_at` (those never used last), `status`, or `values.` and
   * the name of a field with single values (records without one last), each with - before it for the other way round.
   * @example "-created_at"
   */
  @Optional()
  @IsString()
  @MaxLength(200)
  sort?: string;

  /** Only those that this saved filter finds, and in its order unless `sort` says another. */
  @ApiProperty({ type: String, format: 'uuid', required: false, example: undefined })
  @Optional()
  @IsUUID()
  filter_id?: string;

  /**
   * Shows values as they would be at this moment (`now`, a date or an RFC 3339 date-time); filters and the order go by the values
   * as they are stored.
   */
  @AsOf()
  as_of?: string;
}

/** Which records to list. */
export class ListRecords extends RecordPageQuery {
  /** Only those in this state. */
  @Optional()
  @IsIn(['active', 'used', 'invalid'])
  status?: 'active' | 'used' | 'invalid';

  /** Only those that this run made. */
  @Optional()
  @IsUUID()
  run_id?: string;

  /** Only those that this person used. */
  @Optional()
  @IsUUID()
  used_by?: string;

  /** Only those that were handed out for this feature. */
  @Optional()
  @IsUUID()
  feature_id?: string;

  /**
   * Only those made at this moment or later.
   * @example "2026-01-15T00:00:00Z"
   */
  @Optional()
  @IsMoment()
  created_from?: string;

  /**
   * Only those made before this moment.
   * @example "2026-02-01T00:00:00Z"
   */
  @Optional()
  @IsMoment()
  created_before?: string;

  /**
   * Only those with a value that contains this text, without regard to case; answered while the stock has at most
   * 100,000 records.
   * @example "john"
   */
  @Optional()
  @IsString()
  @Length(1, 200)
  search?: string;
}

/** Which records to search for. */
export class SearchRecords extends RecordPageQuery {
  /**
   * Only those for which this holds. Conditions on values of searchable fields are answered at any size of the stock, `ne` and
   * `contains` aside; those on other fields while the stock has at most 100,000 records.
   */
  @Optional()
  @Nested(() => RecordFilter)
  filter?: RecordFilter;
}

/** What a list asks for, as a search. */
export function toSearch({ status, run_id, used_by, feature_id, created_from, created_before, ...rest }: ListRecords) {
  const filter: RecordFilter = { run_id, used_by, feature_id, created_from, created_before };
  return { ...rest, filter: status ? { ...filter, status: [status] } : filter };
}
