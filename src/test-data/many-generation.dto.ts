import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsInt, IsUUID, Min } from 'class-validator';
import { NestedList } from '../../libs/http/nested.js';
import { Optional } from '../../libs/http/optional.js';
import { ApiOverrides } from '../schemas/override.dto.js';
import type { Overrides } from '../schemas/overrides.js';
import { IsSeed } from './is-seed.js';
import { RunOrder } from '../jobs/run-order.dto.js';

/** How many rows of one schema to make. */
export class SchemaOrder {
  /** Schema to make rows of. */
  @IsUUID()
  schema_id: string;

  /**
   * How many rows, at least 1.
   * @example 1000
   */
  @IsInt()
  @Min(1)
  count: number;

  /** Seed of this schema's rows; left out, that of the run. */
  @ApiProperty({ oneOf: [{ type: 'string', maxLength: 100 }, { type: 'integer' }], example: 'users' })
  @Optional()
  @IsSeed()
  seed?: string | number;

  /** Other rules for some fields of this schema's rows, by the field's name. */
  @ApiOverrides()
  overrides?: Overrides;
}

/** A bulk run for several schemas. */
export class StartManyGeneration extends RunOrder {
  /** The schemas, each once, 1 to 100 of them in any order: those that others refer to are made first. */
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @NestedList(() => SchemaOrder)
  schemas: SchemaOrder[];

  /** Text of at most 100 characters or a whole number: the same seed gives the same values. */
  @ApiProperty({ oneOf: [{ type: 'string', maxLength: 100 }, { type: 'integer' }], example: 42 })
  @Optional()
  @IsSeed()
  seed?: string | number;
}
