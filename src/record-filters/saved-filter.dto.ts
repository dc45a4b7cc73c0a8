import { IsBoolean, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { Nested } from '../../libs/http/nested.js';
import { Optional } from '../../libs/http/optional.js';
import { RecordFilter } from '../test-data/record-filter.dto.js';
import type { SavedFilter } from './saved-filter.entity.js';

/** A filter to keep. */
export class CreateSavedFilter {
  /**
   * Name, 1 to 100 characters; unique among the shared filters of the schema, or among your own.
   * @example "Adults in the UK"
   */
  @IsString()
  @Length(1, 100)
  name: string;

  /** Which records it finds. */
  @Nested(() => RecordFilter)
  filter: RecordFilter;

  /**
   * The order of the records, as `sort` of a search: `created_at`, `used_at`, `status` or `values.<name>`, with - before it for the
   * other way round.
   * @example "-created_at"
   */
  @Optional()
  @IsString()
  @MaxLength(200)
  sort?: string;

  /**
   * Whether everybody who sees the project may use it; otherwise only you see it. Sharing needs the permission `write`.
   * @example false
   */
  @Optional()
  @IsBoolean()
  is_shared?: boolean;
}

/** What may change of a filter; what is left out stays. */
export class UpdateSavedFilter {
  /**
   * Name, 1 to 100 characters.
   * @example "Adults in the UK"
   */
  @Optional()
  @IsString()
  @Length(1, 100)
  name?: string;

  /** Which records it finds. */
  @Optional()
  @Nested(() => RecordFilter)
  filter?: RecordFilter;

  /**
   * The order of the records; null for that of their making.
   * @example "-created_at"
   */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  sort?: string | null;

  /**
   * Whether everybody who sees the project may use it.
   * @example true
   */
  @Optional()
  @IsBoolean()
  is_shared?: boolean;
}

/** A filter that was kept. */
export class SavedFilterResponse {
  /** Id of the filter: `filter_id` of a search. */
  id: string;

  /** Schema whose records it finds. */
  schema_id: string;

  /**
   * Name.
   * @example "Adults in the UK"
   */
  name: string;

  /** Which records it finds. */
  filter: RecordFilter;

  /**
   * The order of the records; null for that of their making.
   * @example "-created_at"
   */
  sort: string | null;

  /** Whether everybody who sees the project may use it. */
  is_shared: boolean;

  /** Who made it. */
  created_by: string;

  /** When it was made. */
  created_at: Date;

  /** When it was last changed. */
  updated_at: Date;
}

/** One page of filters. */
export class SavedFilterPage {
  /** The filters, oldest first. */
  data: SavedFilterResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

export function toSavedFilterResponse(filter: SavedFilter): SavedFilterResponse {
  return {
    id: filter.id,
    schema_id: filter.schemaId,
    name: filter.name,
    filter: filter.filter,
    sort: filter.sort,
    is_shared: filter.isShared,
    created_by: filter.createdBy,
    created_at: filter.createdAt,
    updated_at: filter.updatedAt,
  };
}
