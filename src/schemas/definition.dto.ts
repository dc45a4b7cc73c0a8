import { ApiProperty } from '@nestjs/swagger';

export type FieldTypeName = 'string' | 'number' | 'date' | 'boolean' | 'options' | 'reference';

/** One field of a definition, with its rules. */
export class FieldDefinitionDto {
  /** Stable id of the field; made where it is left out, and kept when the field is renamed. */
  id?: string;

  /**
   * Name of the field in the records, unique in the schema.
   * @example "username"
   */
  name: string;

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

  /** Schema whose records a value names by their id, for the type `reference`. */
  reference_schema_id?: string;
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
}
