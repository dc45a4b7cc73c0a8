import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsString, IsUUID } from 'class-validator';
import { Nested, NestedList } from '../../libs/http/nested.js';
import { Optional } from '../../libs/http/optional.js';
import { RecordFilter } from '../test-data/record-filter.dto.js';
import { RunOrder } from '../jobs/run-order.dto.js';

/** How the records of one schema are compared. */
export class ComparedSchema {
  /** The schema. */
  @IsUUID()
  schema_id: string;

  /**
   * Names of the fields, 1 to 10, whose values tell which record here is which there; the schema's unique key where they are left out.
   * @example ["email"]
   */
  @ApiProperty({ type: [String], required: false, example: ['email'] })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ArrayUnique()
  @IsString({ each: true })
  key?: string[];

  /**
   * Names of fields that may differ.
   * @example ["password"]
   */
  @ApiProperty({ type: [String], required: false, example: ['password'] })
  @Optional()
  @IsArray()
  @ArrayMaxSize(200)
  @IsString({ each: true })
  ignore?: string[];

  /** Which records, on both sides; all where it is left out. */
  @Optional()
  @Nested(() => RecordFilter)
  filter?: RecordFilter;
}

/** Two environments to compare. */
export class StartComparison extends RunOrder {
  /** The environment that is called `here` in the result. */
  @IsUUID()
  from_environment_id: string;

  /** The environment that is called `there`. */
  @IsUUID()
  to_environment_id: string;

  /** Which schemas, 1 to 100; all active ones of the project where they are left out. */
  @ApiProperty({ type: [ComparedSchema], required: false })
  @Optional()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique((each: ComparedSchema | null) => each?.schema_id)
  @NestedList(() => ComparedSchema)
  schemas?: ComparedSchema[];
}
