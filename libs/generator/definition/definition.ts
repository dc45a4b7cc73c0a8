/** The types that a field may have. */
export const FIELD_TYPES = ['string', 'number', 'date', 'boolean', 'options', 'reference', 'array', 'object'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** What a text must be; see README.md, Formats. */
export const TEXT_FORMATS = [
  ...['email', 'uuid', 'url', 'hostname', 'ipv4', 'ipv6', 'mac', 'slug', 'phone'],
  ...['iban', 'card_number', 'ean13', 'hex_color'],
] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

export const LETTER_CASES = ['lower', 'upper', 'title'] as const;
export type LetterCase = (typeof LETTER_CASES)[number];

export const DATE_FORMATS = ['date', 'date-time', 'time'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

/**
 * How likely which values are, within the field's bounds. `normal`: of mean and standard deviation. `log_normal`: of the
 * logarithm's. `zipf`: the k-th value (from the lowest, or the first record) as often as 1 / k^exponent.
 */
export type Distribution =
  | { type: 'uniform' }
  | { type: 'normal'; mean?: number; stddev?: number }
  | { type: 'log_normal'; mean?: number; stddev?: number }
  | { type: 'zipf'; exponent?: number };

/** What the elements of an array are: a field without id and name. */
export type ItemDefinition = Omit<FieldDefinition, 'id' | 'name'>;

/** A condition over the fields of a row, and what to say when it does not hold. */
export interface RowRule {
  check: string;
  message: string;
}

/** One field of a schema. Which rules apply depends on the type; see README.md, Definition. */
export interface FieldDefinition {
  /** Stays the same when the field is renamed or moved. */
  id: string;
  name: string;
  type: FieldType;
  description?: string;
  /** Whether a value must be given; null counts as none. */
  required?: boolean;
  /** Whether no two rows may have the same value. */
  unique?: boolean;
  /** fields of the schema itself with single values: whether large stocks can be searched and put in order by it. */
  searchable?: boolean;
  /** string: the pattern that the text must contain; anchor it with ^ and $ to bind the whole text. */
  regex?: string;
  /** string: fewest code points; number: smallest value; date: earliest date or date-time. Numbers may stand as text. */
  min?: number | string;
  /** string: most code points; number: largest value; date: latest date or date-time. */
  max?: number | string;
  /** string: fewest code points; another name of `min`. */
  min_length?: number | string;
  /** string: most code points; another name of `max`. */
  max_length?: number | string;
  /** string: what the text must be, check digits included. */
  format?: TextFormat | DateFormat;
  /** string: the case of all letters; `title` is a capital at the start of each word and no other. */
  case?: LetterCase;
  /** string: a text with the values of other fields in it: `"{first_name}.{last_name}@test.com"`; `{{` and `}}` are braces. */
  template?: string;
  /** number: places after the point. */
  decimals?: number;
  /** number: whether only whole numbers are allowed. */
  integer?: boolean;
  /** number: every value must be above this. */
  exclusive_min?: number | string;
  /** number: every value must be below this. */
  exclusive_max?: number | string;
  /** number: values lie a multiple of this above `min`, or above 0 where there is no `min`. */
  step?: number | string;
  /** number, reference: how likely which values are. */
  distribution?: Distribution;
  /** number: `start` (1) in the first row, and `step` (1) more in each that follows. */
  sequence?: { start?: number | string; step?: number | string };
  /** date: the name of a date field which this one must lie after. */
  after?: string;
  /** date: the name of a date field which this one must lie before. */
  before?: string;
  /** boolean: how likely `true` is. */
  probability?: number;
  /** options: the values to choose from. */
  options?: (string | number | boolean)[];
  /** options: how likely each value is, in relation to the others. */
  weights?: number[];
  /** optional fields: the share of rows without a value. */
  null_rate?: number;
  /** optional fields: the value of rows that have none of their own. */
  default?: string | number | boolean;
  /** string, number, boolean: the value, computed from other fields; see README.md, Expressions. */
  expression?: string;
  /** array: what its elements are. */
  items?: ItemDefinition;
  /** array: fewest elements. */
  min_items?: number;
  /** array: most elements. */
  max_items?: number;
  /** array: whether no element may be there twice. */
  unique_items?: boolean;
  /** object: its fields. */
  fields?: FieldDefinition[];
  /** object: the schema whose fields it has. */
  schema?: string;
  /** reference: the schema whose records are referred to. */
  reference_schema_id?: string;
  /** reference: whether each record may be referred to by one row only. */
  cardinality?: 'many_to_one' | 'one_to_one';
  /** reference: whether earlier rows of the same run may be referred to, too. */
  earlier_rows?: boolean;
}

/** A schema: its fields in order, and the sets of fields (by name) whose values together must be unique. */
export interface SchemaDefinition {
  fields: FieldDefinition[];
  unique?: string[][];
  /** Conditions that hold in every row. */
  rules?: RowRule[];
}

/** Something wrong; `pointer` is a JSON pointer (RFC 6901) into what was checked. */
export interface Problem {
  pointer: string;
  code: string;
  message: string;
}

/** A rule that was added because of a field's name. */
export interface AppliedRule {
  field: string;
  rule: 'regex';
  value: string;
  reason: string;
}

/** A definition that cannot be compiled, with everything that is wrong with it. */
export class DefinitionError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(`the definition has problems: ${problems.map((p) => `${p.pointer}: ${p.message}`).join('; ')}`);
    this.name = 'DefinitionError';
  }
}
