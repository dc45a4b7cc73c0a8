import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsString } from 'class-validator';
import { Nested } from '../../libs/http/nested.js';
import { Optional } from '../../libs/http/optional.js';
import { RecordFilter } from '../test-data/record-filter.dto.js';
import { RunOrder } from '../jobs/run-order.dto.js';

/** Which records to export, and how. */
export class StartExport extends RunOrder {
  /** `csv`, or `jsonl`: one JSON object on each line. */
  @IsIn(['csv', 'jsonl'])
  format: 'csv' | 'jsonl';

  /** Which records; all where it is left out. */
  @Optional()
  @Nested(() => RecordFilter)
  filter?: RecordFilter;

  /**
   * Names of the fields to export; all where they are left out. They stand in the order of the definition.
   * @example ["username", "email"]
   */
  @ApiProperty({ type: [String], required: false, example: ['username', 'email'] })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsString({ each: true })
  fields?: string[];

  /** CSV only: what stands between two cells; a comma where it is left out. */
  @Optional()
  @IsIn([',', ';', '\t', '|'])
  delimiter?: ',' | ';' | '\t' | '|';

  /**
   * CSV only: whether a text that a spreadsheet would run as a formula gets an apostrophe in front; true where it is left out.
   * The file's name then ends with `.neutralised.csv`, by which an import knows to take the apostrophes away.
   * @example true
   */
  @Optional()
  @IsBoolean()
  neutralise_formulas?: boolean;

  /**
   * Whether each record's id, state and time come first, as `_id`, `_status` and `_created_at`; false where it is left out.
   * @example false
   */
  @Optional()
  @IsBoolean()
  with_meta?: boolean;
}
