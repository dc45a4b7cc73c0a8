import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsObject, IsUUID } from 'class-validator';
import { IsMoment } from '../../libs/http/is-moment.js';
import { AsGiven } from '../../libs/http/as-given.js';
import { Optional } from '../../libs/http/optional.js';
import type { RecordStatus } from './test-record.entity.js';

/** A value that a field is compared with. */
export type FilterValue = string | number | boolean;

/** What is asked of one field's value; all of it must hold. */
export interface FieldConditions {
  eq?: FilterValue;
  ne?: FilterValue;
  lt?: string | number;
  lte?: string | number;
  gt?: string | number;
  gte?: string | number;
  in?: FilterValue[];
  contains?: FilterValue;
  exists?: boolean;
}

/** Which records are meant: those for which all that is given holds; without anything, all of them. */
export class RecordFilter {
  /** In one of these states. */
  @ApiProperty({
    type: 'array',
    items: { type: 'string', enum: ['active', 'used', 'invalid'] },
    required: false,
    example: ['active'],
  })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(['active', 'used', 'invalid'], { each: true })
  status?: RecordStatus[];

  /** One of these records, 1,000 at most. */
  @ApiProperty({ type: 'array', items: { type: 'string', format: 'uuid' }, required: false, example: undefined })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @IsUUID(undefined, { each: true })
  ids?: string[];

  /** Made by this run. */
  @Optional()
  @IsUUID()
  run_id?: string;

  /** Used by this person. */
  @Optional()
  @IsUUID()
  used_by?: string;

  /** Handed out for this feature. */
  @Optional()
  @IsUUID()
  feature_id?: string;

  /**
   * Made at this moment or later.
   * @example "2026-01-15T00:00:00Z"
   */
  @Optional()
  @IsMoment()
  created_from?: string;

  /**
   * Made before this moment.
   * @example "2026-02-01T00:00:00Z"
   */
  @Optional()
  @IsMoment()
  created_before?: string;

  /**
   * By the names of fields: `eq`, `ne` (also records without a value), `lt`, `lte`, `gt`, `gte` (numbers, dates, texts by code
   * points), `in` (a list), `contains` (part of a text in any case; an element of a list) and `exists` (true or false).
   */
  @ApiProperty({
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: {
        eq: {},
        ne: {},
        lt: {},
        lte: {},
        gt: {},
        gte: {},
        in: { type: 'array', items: {} },
        contains: {},
        exists: { type: 'boolean' },
      },
    },
    selfRequired: false,
    example: { age: { gte: 18 }, country: { in: ['UK', 'IE'] } },
  })
  @Optional()
  @IsObject()
  @AsGiven()
  values?: Record<string, FieldConditions>;
}
