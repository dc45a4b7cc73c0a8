/** The types that a field may have. */
export const FIELD_TYPES = ['string', 'number', 'date', 'boolean', 'options', 'reference'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

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
  /** string: the pattern that the text must contain; anchor it with ^ and $ to bind the whole text. */
  regex?: string;
  /** string: fewest code points; number: smallest value; date: earliest date or date-time. Numbers may stand as text. */
  min?: number | string;
  /** string: most code points; number: largest value; date: latest date or date-time. */
  max?: number | string;
  /** options: the values to choose from. */
  options?: (string | number | boolean)[];
  /** reference: the schema whose records are referred to. */
  reference_schema_id?: string;
}

/** A schema: its fields in order, and the sets of fields (by name) whose values together must be unique. */
export interface SchemaDefinition {
  fields: FieldDefinition[];
  unique?: string[][];
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
