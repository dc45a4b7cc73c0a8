import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  IsUUID,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { AsGiven } from '../../libs/http/as-given.js';
import { Nested } from '../../libs/http/nested.js';
import { Optional } from '../../libs/http/optional.js';
import type { FieldConditions } from '../test-data/record-filter.dto.js';
import { AsOf } from '../test-data/as-of.dto.js';

/** By the names of fields. */
export type FieldFilter = Record<string, FieldConditions>;
/** By the names or ids of schemas. */
export type SchemaFilters = Record<string, FieldFilter>;

/** A day. */
export const LONGEST_LEASE = 86_400;

/** What data is asked for, by which its bundles are found again. */
export class RequestContext {
  /**
   * The test, at most 500 characters.
   * @example "checkout pays with a voucher"
   */
  @Optional()
  @IsString()
  @Length(1, 500)
  test?: string;

  /**
   * The pipeline's job, at most 500 characters.
   * @example "build-4711"
   */
  @Optional()
  @IsString()
  @Length(1, 500)
  job?: string;

  /**
   * The commit under test, at most 500 characters.
   * @example "9fceb02d0ae598e95dc970b74767f19372d61af8"
   */
  @Optional()
  @IsString()
  @Length(1, 500)
  commit?: string;

  /**
   * Where people can look, at most 500 characters.
   * @example "https://ci.example.com/builds/4711"
   */
  @Optional()
  @IsString()
  @Length(1, 500)
  url?: string;
}

/** Asks for bundles of a feature's data. Without any property it asks for one, as GET does. */
export class RequestData {
  /** Which of the feature's schemas, by their ids; the primary one always is among them. Left out, all are. */
  @ApiProperty({ type: 'array', items: { type: 'string', format: 'uuid' }, required: false, example: undefined })
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsUUID(undefined, { each: true })
  schemas?: string[];

  /**
   * How many bundles, 1 to 1,000; all of them or none.
   * @example 1
   */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(1000)
  count?: number;

  /**
   * Which records will do: by the name or id of a schema, and then by the names of its fields: `eq`, `ne` (also records without
   * a value), `lt`, `lte`, `gt`, `gte`, `in` (a list), `contains` (part of a text in any case; an element of a list) and
   * `exists` (true or false). All of it must hold. In large stocks up to 100,000 records are looked through: those with the
   * right values of a `searchable` field, where the filter is about one, and then as many nearest to a random point.
   */
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: { type: 'object', additionalProperties: true } },
    selfRequired: false,
    example: { User: { age: { gte: 18 }, country: { in: ['UK', 'IE'] } } },
  })
  @Optional()
  @IsObject()
  @AsGiven()
  filters?: SchemaFilters;

  /**
   * Lends the records for so many seconds, 1 to 86,400: nobody else gets them, reusable ones neither, until they are released or
   * the time is over. Left out, they are handed out for good.
   * @example 600
   */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(LONGEST_LEASE)
  lease_seconds?: number;

  /**
   * What happens where the stock lacks something: `generate` (the default) makes it on the spot, `fail` answers 409
   * `stock.empty` at once, `wait` waits for records to come back.
   * @example "generate"
   */
  @Optional()
  @IsIn(['generate', 'fail', 'wait'])
  fallback?: 'generate' | 'fail' | 'wait';

  /**
   * How many seconds `fallback: wait` waits, 0 to 60; 30 where it is left out.
   * @example 30
   */
  @Optional()
  @IsInt()
  @Min(0)
  @Max(60)
  wait_seconds?: number;

  /**
   * For people, at most 2,000 characters; kept with the hand-out.
   * @example "Nightly run"
   */
  @Optional()
  @IsString()
  @MaxLength(2000)
  notes?: string;

  /** Shows the values as of this moment, of which they are shifted if their bounds move with the time: `now` is that of the hand-out. */
  @AsOf()
  as_of?: string;

  /** What it is for. */
  @Optional()
  @Nested(() => RequestContext)
  context?: RequestContext;
}

/** What is asked for, with everything said. */
export interface Question {
  featureId: string;
  environmentId: string;
  /** These of the feature's schemas; null is all. */
  only: string[] | null;
  /** Whether the primary schema is among them, whatever they are. */
  withPrimary: boolean;
  count: number;
  filters: SchemaFilters;
  lease: number | null;
  fallback: 'generate' | 'fail' | 'wait';
  wait: number;
  notes: string | null;
  asOf: string | null;
  context: RequestContext | null;
}

type Place = Pick<Question, 'featureId' | 'environmentId'>;

/** What GET asks for: one bundle of everything, or of one schema alone. */
export function simpleQuestion(place: Place, schemaId?: string): Question {
  return { ...toQuestion(place, {}), ...(schemaId && { only: [schemaId], withPrimary: false }) };
}

export function toQuestion(place: Place, asked: RequestData): Question {
  const { schemas = null, count = 1, filters = {}, lease_seconds = null, fallback = 'generate' } = asked;
  const { wait_seconds = 30, notes = null, as_of: asOf = null, context = null } = asked;
  return {
    ...place,
    only: schemas && [...new Set(schemas.map((id) => id.toLowerCase()))].sort(),
    withPrimary: true,
    count,
    filters,
    lease: lease_seconds,
    fallback,
    wait: fallback === 'wait' ? wait_seconds : 0,
    notes,
    asOf,
    context: context && Object.keys(context).length > 0 ? { ...context } : null,
  };
}
