import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsString, Length, Matches, MaxLength } from 'class-validator';
import { Optional } from '../../libs/http/optional.js';
import { RunOrder } from '../jobs/run-order.dto.js';

/** `true` and `false` as a query has them; anything else stays text, for the rule to refuse. */
const Flag = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));

/** How the file is to be read, and what is to be done with its rows. */
export class ImportQuery extends RunOrder {
  /** What the file is; by default, what its first character says: `[` is a JSON array, `{` is JSON Lines, anything else is CSV. */
  @Optional()
  @IsIn(['csv', 'jsonl', 'json'])
  format?: 'csv' | 'jsonl' | 'json';

  /** How text is encoded; by default, what the beginning of the file says. */
  @Optional()
  @IsIn(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])
  encoding?: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

  /**
   * CSV: what stands between fields, one ASCII character that is no letter, digit or quote, or `tab`; by default found.
   * @example ";"
   */
  @Optional()
  @Matches(/^(tab|[\t !#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~])$/, {
    message: 'delimiter must be tab or one ASCII character that is no letter, digit or quote',
  })
  delimiter?: string;

  /**
   * CSV: what quoted fields stand in, `double`, `single` or `none`; by default found.
   * @example "double"
   */
  @Optional()
  @IsIn(['double', 'single', 'none'])
  quote?: 'double' | 'single' | 'none';

  /** CSV: whether the first line names the columns. Without a header, `columns` must name them. */
  @Optional()
  @Flag()
  @IsBoolean()
  @ApiProperty({ required: false, type: Boolean, default: true })
  header: boolean = true;

  /**
   * CSV without a header: the names of the columns in their order, with commas between them; an empty name is a column that is
   * passed over.
   * @example "username,email,age"
   */
  @Optional()
  @IsString()
  @Length(1, 20_000)
  columns?: string;

  /**
   * Columns that are not called as their fields are: a JSON object of column to field, such as `{"E-Mail":"email"}`; the field `""`
   * passes a column over. Fields of objects are named `address.city`, elements of arrays `tags[0]`. Of JSON, it renames members.
   * @example "{\"E-Mail\":\"email\"}"
   */
  @Optional()
  @IsString()
  @MaxLength(20_000)
  mapping?: string;

  /** Whether columns and members that are no fields are passed over; otherwise they are refused. */
  @Optional()
  @Flag()
  @IsBoolean()
  @ApiProperty({ required: false, type: Boolean, default: false })
  ignore_unknown: boolean = false;

  /** `reject_rows` stores the good rows and lists the bad ones; with `all_or_nothing` none is stored, or seen, unless all are good. */
  @Optional()
  @IsIn(['reject_rows', 'all_or_nothing'])
  @ApiProperty({ required: false, enum: ['reject_rows', 'all_or_nothing'], default: 'reject_rows' })
  mode: 'reject_rows' | 'all_or_nothing' = 'reject_rows';

  /**
   * What to do with a row whose unique values another record has, or an earlier row: `reject` it, `skip` it without a word, or `replace`
   * that record's values, which keeps its id and status.
   */
  @Optional()
  @IsIn(['reject', 'skip', 'replace'])
  @ApiProperty({ required: false, enum: ['reject', 'skip', 'replace'], default: 'reject' })
  on_conflict: 'reject' | 'skip' | 'replace' = 'reject';

  /** Whether to only say what would come of it: the counts and the refused rows are those of the import, and nothing is stored. */
  @Optional()
  @Flag()
  @IsBoolean()
  @ApiProperty({ required: false, type: Boolean, default: false })
  dry_run: boolean = false;

  /**
   * CSV: whether texts that begin with an apostrophe lose it, which an export has put there to keep spreadsheets from taking them for
   * formulas; by default, where the file's name ends with `.neutralised.csv`.
   */
  @Optional()
  @Flag()
  @IsBoolean()
  @ApiProperty({ required: false, type: Boolean })
  undo_neutralised?: boolean;
}
