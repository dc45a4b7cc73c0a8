import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsObject, IsUUID, Max, Min } from 'class-validator';
import type { CompiledSchema } from '../../libs/generator/index.js';
import { Optional } from '../../libs/http/optional.js';
import { EXAMPLE_DEFINITION, SchemaDefinitionDto } from '../schemas/definition.dto.js';
import { AppliedRuleDto } from '../schemas/schema.dto.js';
import { candidateCounts } from './capacity.js';
import { IsSeed } from './is-seed.js';

/** What to look at of a schema. */
export class PreviewSchema {
  /**
   * How many rows to show, 1 to 20.
   * @example 3
   */
  @ApiProperty({ required: false })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(20)
  count: number = 5;

  /** Text of at most 100 characters or a whole number: the same seed gives the same values. */
  @ApiProperty({ oneOf: [{ type: 'string', maxLength: 100 }, { type: 'integer' }], example: 'demo' })
  @Optional()
  @IsSeed()
  seed?: string | number;

  /** Environment whose records references name; left out, and where it has none, they name made-up ones. */
  @Optional()
  @IsUUID()
  environment_id?: string;
}

/** A definition to look at before it is saved. */
export class PreviewDefinition extends PreviewSchema {
  /** The fields with their rules. */
  @ApiProperty({ example: EXAMPLE_DEFINITION })
  @IsObject()
  schema_definition: SchemaDefinitionDto;
}

/** How many different values rows can have under a unique key. */
export class KeyCapacityResponse {
  /**
   * The unique field, or the fields that are unique together.
   * @example ["code"]
   */
  fields: string[];

  /**
   * So many, or more.
   * @example 2600
   */
  at_least: number;

  /**
   * Whether it is exactly so many, and every row takes one of them: not where a field of the key has a `null_rate`.
   * @example true
   */
  exact: boolean;
}

/** How many distinct rows a schema can give, where there are none yet. */
export class CapacityResponse {
  /**
   * So many, or more.
   * @example 2600
   */
  at_least: number;

  /**
   * Whether it is exactly so many.
   * @example true
   */
  exact: boolean;

  /**
   * The unique field, or the fields of the unique key, whose values run out first.
   * @example "code"
   */
  bound_by: string;

  /**
   * Each key by itself. Rows that exist take values from all of them, and the key with the fewest left binds then; keys that
   * share fields may together allow fewer rows than any of them.
   */
  keys: KeyCapacityResponse[];
}

/** What a schema would give; nothing of it is stored. */
export class PreviewResponse {
  /** Rows, with fields in the order of the definition. */
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    example: [{ username: 'miles_hand16', email: 'priscilla.weissnat23@example.com', age: 41 }],
  })
  data: Record<string, unknown>[];

  /** How many distinct rows there are; null where no unique field limits them. */
  capacity: CapacityResponse | null;

  /**
   * Bytes of one row as JSON, on average.
   * @example 184
   */
  bytes_per_row: number;

  /** Rules that saving the definition would add; empty for one that is saved. */
  applied_rules: AppliedRuleDto[];
}

/** `candidates` are the records that references could name, by field. */
export function toCapacityResponse(
  schema: CompiledSchema,
  candidates: Record<string, string[]>,
): CapacityResponse | null {
  const counts = candidateCounts(candidates);
  const capacity = schema.capacity(counts);
  if (!capacity) return null;
  const keys = schema
    .keyCapacities(counts)
    .map(({ fields, at_least, exact }) => ({ fields, at_least: Number(at_least), exact }));
  return { ...capacity, at_least: Number(capacity.at_least), keys };
}
