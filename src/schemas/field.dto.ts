import { ApiProperty, OmitType } from '@nestjs/swagger';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import type { FieldDefinition } from '../../libs/generator/index.js';
import { Optional } from '../../libs/http/optional.js';
import { SCHEMA_OR_SELF } from './definition.dto.js';

const TYPES = ['string', 'number', 'date', 'boolean', 'options', 'reference'];

/** What may change of a field; what is left out stays, null removes a rule. */
export class UpdateField {
  /**
   * Name, unique in the schema.
   * @example "age"
   */
  @Optional()
  @IsString()
  @Length(1, 100)
  field_name?: string;

  /**
   * Type of the values.
   * @example "number"
   */
  @Optional()
  @IsIn(TYPES)
  field_type?: 'string' | 'number' | 'date' | 'boolean' | 'options' | 'reference';

  /**
   * Whether every record must have a value.
   * @example false
   */
  @Optional()
  @IsBoolean()
  is_required?: boolean;

  /**
   * Whether no two records of a stock may have the same value.
   * @example false
   */
  @Optional()
  @IsBoolean()
  is_unique?: boolean;

  /**
   * Whether large stocks can be searched and put in order by the field; at most 10 of a schema.
   * @example false
   */
  @Optional()
  @IsBoolean()
  is_searchable?: boolean;

  /**
   * Pattern that strings must match, in RE2's syntax.
   * @example null
   */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  validation_regex?: string | null;

  /**
   * Least number, date or length, as text.
   * @example "13"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  min_value?: string | null;

  /**
   * Greatest number, date or length, as text.
   * @example "120"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  max_value?: string | null;

  /** Values to choose from, for the type `options`. */
  @ApiProperty({
    type: 'array',
    nullable: true,
    items: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
    example: null,
  })
  @IsOptional()
  @IsArray()
  options?: (string | number | boolean)[] | null;

  /** Schema whose records a value names, for the type `reference`; `self` is the field's own schema. */
  @ApiProperty({ type: String, pattern: SCHEMA_OR_SELF.source, nullable: true, required: false, example: null })
  @IsOptional()
  @Matches(SCHEMA_OR_SELF, { message: 'reference_schema_id must be a UUID or `self`' })
  reference_schema_id?: string | null;

  /**
   * Place among the fields, from 0; left out, the last.
   * @example 5
   */
  @Optional()
  @IsInt()
  @Min(0)
  @Max(200)
  display_order?: number;
}

/** A new field. */
export class CreateField extends OmitType(UpdateField, ['field_name', 'field_type'] as const) {
  /**
   * Name, unique in the schema.
   * @example "age"
   */
  @IsString()
  @Length(1, 100)
  field_name: string;

  /**
   * Type of the values.
   * @example "number"
   */
  @IsIn(TYPES)
  field_type: 'string' | 'number' | 'date' | 'boolean' | 'options' | 'reference';
}

/** A field of a schema. */
export class FieldResponse {
  /** Stable id of the field. */
  id: string;

  /** Schema that it belongs to. */
  schema_id: string;

  /**
   * Name.
   * @example "age"
   */
  field_name: string;

  /** Type of the values. */
  field_type: 'string' | 'number' | 'date' | 'boolean' | 'options' | 'reference' | 'array' | 'object';

  /** Whether every record must have a value. */
  is_required: boolean;

  /** Whether no two records of a stock may have the same value. */
  is_unique: boolean;

  /** Whether large stocks can be searched and put in order by the field. */
  is_searchable: boolean;

  /**
   * Pattern that strings must match.
   * @example null
   */
  validation_regex: string | null;

  /**
   * Least number, date or length.
   * @example "13"
   */
  min_value: string | null;

  /**
   * Greatest number, date or length.
   * @example "120"
   */
  max_value: string | null;

  /** Values to choose from. */
  @ApiProperty({
    type: 'array',
    nullable: true,
    items: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
    example: null,
  })
  options: (string | number | boolean)[] | null;

  /**
   * Schema whose records a value names.
   * @example null
   */
  reference_schema_id: string | null;

  /**
   * Place among the fields, from 0.
   * @example 5
   */
  display_order: number;
}

/** The definition's names for the field endpoints' ones. */
export const DEFINITION_NAMES = {
  field_name: 'name',
  field_type: 'type',
  is_required: 'required',
  is_unique: 'unique',
  is_searchable: 'searchable',
  validation_regex: 'regex',
  min_value: 'min',
  max_value: 'max',
  options: 'options',
  reference_schema_id: 'reference_schema_id',
} as const;

/** The field as the definition has it, with the given changes on top. */
export function withChanges(field: Partial<FieldDefinition>, changes: UpdateField): Record<string, unknown> {
  const changed: Record<string, unknown> = { ...field };
  for (const [theirs, ours] of Object.entries(DEFINITION_NAMES)) {
    const value = changes[theirs as keyof typeof DEFINITION_NAMES];
    if (value === null) delete changed[ours];
    else if (value !== undefined) changed[ours] = value;
  }
  return changed;
}

export function toFieldResponse(schemaId: string, field: FieldDefinition, order: number): FieldResponse {
  return {
    id: field.id,
    schema_id: schemaId,
    field_name: field.name,
    field_type: field.type,
    is_required: field.required ?? false,
    is_unique: field.unique ?? false,
    is_searchable: field.searchable ?? false,
    validation_regex: field.regex ?? null,
    min_value: field.min === undefined ? null : String(field.min),
    max_value: field.max === undefined ? null : String(field.max),
    options: field.options ?? null,
    reference_schema_id: field.reference_schema_id ?? null,
    display_order: order,
  };
}
