import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsObject,
  IsString,
  IsUUID,
  Length,
} from 'class-validator';
import { AsGiven } from '../../libs/http/as-given.js';
import { Nested } from '../../libs/http/nested.js';
import { Optional } from '../../libs/http/optional.js';
import { RecordFilter } from '../test-data/record-filter.dto.js';
import { RunOrder } from '../jobs/run-order.dto.js';

/** Which records to work on. */
export class StartBulkOperation extends RunOrder {
  /** The project in which they are. */
  @IsUUID()
  project_id: string;

  /** Environments in which they are, 1 to 100. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  environment_ids: string[];

  /** Schemas that they follow, 1 to 100; left out, all of the project that are not archived. */
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  schema_ids?: string[];

  /** Only those for which this holds; conditions on values must fit every schema. Left out, all of them. */
  @Optional()
  @Nested(() => RecordFilter)
  filter?: RecordFilter;

  /**
   * Whether the run only counts what it would do.
   * @example false
   */
  @Optional()
  @IsBoolean()
  dry_run?: boolean;
}

/** Which records to take out of use, and why. */
export class StartInvalidation extends StartBulkOperation {
  /**
   * Why, for people; 1 to 500 characters. Records show it as `status_reason`.
   * @example "The payment provider closed these accounts"
   */
  @IsString()
  @Length(1, 500)
  reason: string;
}

/** Which records get which values. */
export class StartValueUpdate extends StartBulkOperation {
  /**
   * The values that the records get, by the names of fields, which every schema must have; null takes a value away. What is made of
   * them (templates, expressions) is made anew.
   * @example { "country": "UK", "newsletter": false }
   */
  @IsObject()
  @AsGiven()
  values: Record<string, unknown>;
}
