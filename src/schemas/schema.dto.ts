import { ApiProperty, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import type { AppliedRule, FieldDefinition, Problem } from '../../libs/generator/index.js';
import { PageQuery } from '../../libs/http/page.dto.js';
import { EXAMPLE_DEFINITION, SchemaDefinitionDto } from './definition.dto.js';
import type { DataSchema } from './data-schema.entity.js';
import { AsGiven } from '../../libs/http/as-given.js';
import { Optional } from '../../libs/http/optional.js';

/** A new schema. */
export class CreateSchema {
  /**
   * Name, unique in the project; 1 to 200 characters.
   * @example "User"
   */
  @IsString()
  @Length(1, 200)
  name: string;

  /**
   * What its records are, at most 5000 characters; null for none.
   * @example "Customer account information"
   */
  @IsOptional()
  @IsString()
  @MaxLength(5000)
  description?: string | null;

  /**
   * Whether a record may be handed out again; false makes records single-use.
   * @example true
   */
  @Optional()
  @IsBoolean()
  is_reusable?: boolean;

  /** The fields with their rules. */
  @ApiProperty({ example: EXAMPLE_DEFINITION })
  @IsObject()
  schema_definition: SchemaDefinitionDto;
}

/** What may change of a schema; what is left out stays. */
export class UpdateSchema extends PartialType(PickType(CreateSchema, ['name', 'description', 'is_reusable'] as const), {
  skipNullProperties: false,
}) {
  /** The whole new definition; a field without `id` keeps the id of the field that had its name. */
  @ApiProperty({ example: EXAMPLE_DEFINITION, required: false })
  @Optional()
  @IsObject()
  schema_definition?: SchemaDefinitionDto;

  /**
   * `archived` makes it read-only, `active` brings it back.
   * @example "active"
   */
  @Optional()
  @IsIn(['active', 'archived'])
  status?: 'active' | 'archived';
}

/** Which schemas to list. */
export class ListSchemas extends PageQuery {
  /**
   * Only those whose name contains this text, without regard to case.
   * @example "user"
   */
  @Optional()
  @IsString()
  @MaxLength(200)
  search?: string;
}

/** How to delete a schema. */
export class DeleteSchemaQuery {
  /**
   * `true` deletes it even where features or other schemas use it.
   * @example "false"
   */
  @Optional()
  @IsIn(['true', 'false'])
  force?: 'true' | 'false';
}

/** A rule that TestLake has added to a field that had none. */
export class AppliedRuleDto {
  /**
   * Field that got it.
   * @example "email"
   */
  field: string;

  /**
   * Kind of rule.
   * @example "regex"
   */
  rule: string;

  /**
   * The rule.
   * @example "^[^@ ]+@[^@ ]+\\.[^@ ]+$"
   */
  value: string;

  /**
   * Why.
   * @example "A field named email without a rule gets the e-mail rule."
   */
  reason: string;
}

/** A schema. */
export class SchemaResponse {
  /** Id of the schema. */
  id: string;

  /**
   * Name.
   * @example "User"
   */
  name: string;

  /**
   * What its records are.
   * @example "Customer account information"
   */
  description: string | null;

  /** Project that it belongs to. */
  project_id: string;

  /** Whether a record may be handed out again. */
  is_reusable: boolean;

  /** The fields with their rules. */
  @ApiProperty({ example: EXAMPLE_DEFINITION })
  schema_definition: SchemaDefinitionDto;

  /**
   * Version of the definition, from 1; records and runs name the one they were made with.
   * @example 1
   */
  version: number;

  /** Rules that were added to the definition by this call. */
  applied_rules: AppliedRuleDto[];

  /** An archived schema is read-only. */
  status: 'active' | 'archived';

  /** Who made it. */
  created_by: string;

  /** When it was made. */
  created_at: Date;

  /** When it was last changed. */
  updated_at: Date;
}

/** One page of schemas. */
export class SchemaPage {
  /** The schemas, oldest first. */
  data: SchemaResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

/** Values to try against a schema. */
export class CheckValues {
  /**
   * Values by field name.
   * @example { "username": "john_doe", "email": "john@test.com" }
   */
  @IsObject()
  @AsGiven()
  data_values: Record<string, unknown>;
}

/** One rule that a value or a definition breaks. */
export class RuleProblem {
  /**
   * JSON pointer to what breaks it.
   * @example "/email"
   */
  pointer: string;

  /**
   * Stable name of the rule.
   * @example "regex"
   */
  code: string;

  /**
   * The rule in words, with its bound.
   * @example "email must match ^[^@]+@[^@]+$"
   */
  message: string;
}

/** Whether values would be accepted as a record. */
export class CheckResponse {
  /**
   * Whether they would.
   * @example true
   */
  accepted: boolean;

  /** Every rule that they break. */
  problems: RuleProblem[];
}

/** What is wrong with one field of a definition. */
export class FieldVerdict {
  /**
   * Name of the field.
   * @example "email"
   */
  field_name: string;

  /**
   * Whether nothing is wrong with it.
   * @example true
   */
  valid: boolean;

  /** What is wrong with it. */
  problems: RuleProblem[];
}

/** What is wrong with a definition, field by field. */
export class ValidateResponse {
  /**
   * Whether nothing is wrong.
   * @example true
   */
  valid: boolean;

  /** The fields, in order. */
  fields: FieldVerdict[];

  /** What is wrong with the definition as a whole. */
  problems: RuleProblem[];
}

// jsonb forgets the order of properties; people read a field from its name on.
const FIRST = ['id', 'name', 'type'] as const;

function nameFirst(field: FieldDefinition): FieldDefinition {
  const first = Object.fromEntries(FIRST.map((name) => [name, field[name]]));
  return { ...first, ...field };
}

export function toSchemaResponse(schema: DataSchema, applied: AppliedRule[] = []): SchemaResponse {
  return {
    id: schema.id,
    name: schema.name,
    description: schema.description,
    project_id: schema.projectId,
    is_reusable: schema.isReusable,
    schema_definition: { ...schema.schemaDefinition, fields: schema.schemaDefinition.fields.map(nameFirst) },
    version: schema.version,
    applied_rules: applied,
    status: schema.status === 'active' ? 'active' : 'archived',
    created_by: schema.createdBy,
    created_at: schema.createdAt,
    updated_at: schema.updatedAt,
  };
}

export function toCheckResponse(problems: Problem[]): CheckResponse {
  return { accepted: problems.length === 0, problems };
}
