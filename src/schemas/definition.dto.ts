import { ApiProperty } from '@nestjs/swagger';
import { DistributionDto, NUMBER_OR_TEXT, SequenceDto } from './distribution.dto.js';

export type FieldTypeName = 'string' | 'number' | 'date' | 'boolean' | 'options' | 'reference' | 'array' | 'object';

/** The id of a schema, or what a schema calls itself. */
export const SCHEMA_OR_SELF = /^(self|[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})$/;

/** The rules of a value; which of them apply depends on its type. */
export class ValueRulesDto {
  /**
   * Type of the values.
   * @example "string"
   */
  type: FieldTypeName;

  /**
   * What the field is, for people.
   * @example "Name to sign in with"
   */
  description?: string;

  /**
   * Whether every record must have a value; otherwise null and absence are fine.
   * @example true
   */
  required?: boolean;

  /**
   * Whether no two records of a stock may have the same value.
   * @example false
   */
  unique?: boolean;

  /**
   * Whether large stocks can be searched and put in order by the field; for fields of the schema itself with single values, at
   * most 10. Where there are records, a run of the type `index` makes it so.
   * @example false
   */
  searchable?: boolean;

  /**
   * Pattern that strings must match, in RE2's syntax; at most 500 characters.
   * @example "^[a-zA-Z0-9_]{3,20}$"
   */
  regex?: string;

  /**
   * Least number or date, or least length of a string; numbers may stand as text.
   * @example "3"
   */
  @ApiProperty({ oneOf: [{ type: 'number' }, { type: 'string' }] })
  min?: number | string;

  /**
   * Greatest number or date, or greatest length of a string; numbers may stand as text.
   * @example "20"
   */
  @ApiProperty({ oneOf: [{ type: 'number' }, { type: 'string' }] })
  max?: number | string;

  /** Values to choose from, for the type `options`: 1 to 1000 different ones. */
  @ApiProperty({
    type: 'array',
    items: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
    example: undefined,
  })
  options?: (string | number | boolean)[];

  /** Schema whose records a value names by their id, for the type `reference`; `self` is the schema that is defined. */
  @ApiProperty({ pattern: SCHEMA_OR_SELF.source, required: false, example: '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10' })
  reference_schema_id?: string;

  /** What a text must be, check digits included, or how a date is written. */
  format?:
    | 'email'
    | 'uuid'
    | 'url'
    | 'hostname'
    | 'ipv4'
    | 'ipv6'
    | 'mac'
    | 'slug'
    | 'phone'
    | 'iban'
    | 'card_number'
    | 'ean13'
    | 'hex_color'
    | 'date'
    | 'date-time'
    | 'time';

  /**
   * Least length of a string in characters; another name of `min`.
   * @example 3
   */
  @ApiProperty({ oneOf: NUMBER_OR_TEXT, required: false })
  min_length?: number | string;

  /**
   * Greatest length of a string in characters; another name of `max`.
   * @example 20
   */
  @ApiProperty({ oneOf: NUMBER_OR_TEXT, required: false })
  max_length?: number | string;

  /** Case of all letters of a string. */
  case?: 'lower' | 'upper' | 'title';

  /**
   * A string with the values of other fields in it.
   * @example "{first_name}.{last_name}@test.com"
   */
  template?: string;

  /**
   * Places of a number after the point.
   * @example 2
   */
  decimals?: number;

  /** Whether only whole numbers are allowed. */
  integer?: boolean;

  /**
   * A number must be above this.
   * @example 0
   */
  @ApiProperty({ oneOf: NUMBER_OR_TEXT, required: false })
  exclusive_min?: number | string;

  /**
   * A number must be below this.
   * @example 100
   */
  @ApiProperty({ oneOf: NUMBER_OR_TEXT, required: false })
  exclusive_max?: number | string;

  /**
   * Numbers lie a multiple of this above `min`, or above 0.
   * @example "0.25"
   */
  @ApiProperty({ oneOf: NUMBER_OR_TEXT, required: false })
  step?: number | string;

  /** How likely which numbers or referenced records are. */
  distribution?: DistributionDto;

  /** Numbers that go up by the row. */
  sequence?: SequenceDto;

  /**
   * Date field that a date must lie after.
   * @example "start_date"
   */
  after?: string;

  /**
   * Date field that a date must lie before.
   * @example "end_date"
   */
  before?: string;

  /**
   * How likely `true` is, from 0 to 1.
   * @example 0.9
   */
  @ApiProperty({ type: 'number', required: false, format: 'double' })
  probability?: number;

  /** How likely each of the options is, in relation to the others. */
  @ApiProperty({ type: 'array', items: { type: 'number', format: 'double' }, required: false, example: undefined })
  weights?: number[];

  /**
   * Share of rows in which an optional field has no value, from 0 to 1.
   * @example 0.1
   */
  @ApiProperty({ type: 'number', required: false, format: 'double' })
  null_rate?: number;

  /**
   * Value of an optional field where none is given.
   * @example "none"
   */
  @ApiProperty({ oneOf: [...NUMBER_OR_TEXT, { type: 'boolean' }], required: false })
  default?: string | number | boolean;

  /**
   * The value, computed from other fields.
   * @example "price * quantity"
   */
  expression?: string;

  /** What the elements of an array are. */
  @ApiProperty({ type: () => ValueRulesDto, required: false })
  items?: ValueRulesDto;

  /**
   * Fewest elements of an array.
   * @example 1
   */
  min_items?: number;

  /**
   * Most elements of an array, at most 100.
   * @example 5
   */
  max_items?: number;

  /** Whether no element of an array may be there twice. */
  unique_items?: boolean;

  /** Fields of an object. */
  @ApiProperty({ type: () => [FieldDefinitionDto], required: false })
  fields?: FieldDefinitionDto[];

  /** Schema whose fields an object has, instead of fields of its own. When that schema changes, this one gets a new version. */
  @ApiProperty({ format: 'uuid', required: false })
  schema?: string;

  /** Whether each record may be referred to by one row only. */
  cardinality?: 'many_to_one' | 'one_to_one';

  /**
   * Whether a reference of a schema to itself may also name records that are made along with it, before it.
   * @example true
   */
  earlier_rows?: boolean;
}

/** One field of a definition, with its rules. */
export class FieldDefinitionDto extends ValueRulesDto {
  /** Stable id of the field; made where it is left out, and kept when the field is renamed. */
  id?: string;

  /**
   * Name of the field in the records, unique in the schema.
   * @example "username"
   */
  name: string;
}

/** A condition that holds in every row. */
export class RowRuleDto {
  /**
   * An expression over the fields that must be true.
   * @example "end_date >= start_date"
   */
  check: string;

  /**
   * What to say where it is not.
   * @example "end must be after start"
   */
  message: string;
}

/** The fields of a schema with their rules. */
export class SchemaDefinitionDto {
  /** The fields, in the order in which records show them; at most 200. */
  fields: FieldDefinitionDto[];

  /**
   * Keys of several fields, by name, whose values together may not occur twice in a stock.
   * @example [["first_name", "last_name"]]
   */
  @ApiProperty({ type: 'array', items: { type: 'array', items: { type: 'string' } }, required: false })
  unique?: string[][];

  /** Conditions over several fields, at most 50. */
  rules?: RowRuleDto[];
}

/** A definition that shows what fields look like, for the examples of the OpenAPI document. */
export const EXAMPLE_DEFINITION = {
  fields: [
    { name: 'username', type: 'string', regex: '^[a-zA-Z0-9_]{3,20}$', required: true, unique: true },
    { name: 'email', type: 'string', format: 'email', required: true },
    { name: 'age', type: 'number', min: '13', max: '120' },
  ],
};
