import { Injectable } from '@nestjs/common';
import { type AppliedRule, type Problem, readDefinition, type SchemaDefinition } from '../../libs/generator/index.js';
import { Invalid } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { DataSchema } from './data-schema.entity.js';
import { requiredCircle } from './reference-circles.js';
import { SchemasRepository } from './schemas.repository.js';
import { unsupportedRules } from './unsupported-rules.js';

export interface ReadDefinition {
  definition: SchemaDefinition;
  applied: AppliedRule[];
}

/** Judges definitions: by themselves, and together with the schemas that they refer to. */
@Injectable()
export class DefinitionsService {
  constructor(private readonly schemas: SchemasRepository) {}

  /**
   * The definition that was given, checked and with ids for its fields; `current` is the schema that it replaces.
   * Throws 422 `schema.invalid_definition` with every problem.
   */
  async read(scope: ProjectScope, given: unknown, current?: DataSchema): Promise<ReadDefinition> {
    const { definition, applied, problems } = readDefinition(current ? withKnownIds(given, current) : given);
    // Two changes that each see only the other's past could close a circle between them.
    if (current && definition && targets(definition).length > 0) await this.schemas.lockReferences(scope);
    const all = definition
      ? [
          ...problems,
          ...unsupportedRules(definition),
          ...(await this.referenceProblems(scope, definition, current?.id)),
        ]
      : problems;
    if (definition && all.length === 0) return { definition, applied };
    const errors = all.map(({ pointer, code, message }) => ({
      pointer: `/schema_definition${pointer}`,
      code,
      detail: message,
    }));
    throw new Invalid('schema.invalid_definition', `The definition has ${all.length} problem(s); see errors.`, errors);
  }

  /** What is wrong with a definition that is stored. */
  async problems(scope: ProjectScope, schema: DataSchema): Promise<Problem[]> {
    const { definition, problems } = readDefinition(schema.schemaDefinition);
    return definition ? [...problems, ...(await this.referenceProblems(scope, definition, schema.id))] : problems;
  }

  /** The schemas that a definition refers to, and those that these refer to, and so on. */
  private async referenceProblems(
    scope: ProjectScope,
    definition: SchemaDefinition,
    ownId?: string,
  ): Promise<Problem[]> {
    if (targets(definition).length === 0) return [];
    const reachable = await this.reachable(scope, definition, ownId);
    const unknown = definition.fields.flatMap((field, i): Problem[] => {
      const target = field.reference_schema_id;
      if (target === undefined || target === ownId || reachable.has(target)) return [];
      const message = `${field.name} refers to the schema ${target}, which the project does not have`;
      return [{ pointer: `/fields/${i}/reference_schema_id`, code: 'reference.unknown', message }];
    });
    return [...unknown, ...requiredCircle(definition, reachable, ownId)];
  }

  private async reachable(
    scope: ProjectScope,
    definition: SchemaDefinition,
    ownId?: string,
  ): Promise<Map<string, SchemaDefinition>> {
    const found = new Map<string, SchemaDefinition>();
    let wanted = targets(definition);
    while (wanted.length > 0) {
      const unseen = [...new Set(wanted)].filter((id) => id !== ownId && !found.has(id));
      const schemas = unseen.length > 0 ? await this.schemas.listByIds(scope, unseen) : [];
      for (const schema of schemas) found.set(schema.id, schema.schemaDefinition);
      wanted = schemas.flatMap((schema) => targets(schema.schemaDefinition));
    }
    return found;
  }
}

function targets(definition: SchemaDefinition): string[] {
  return definition.fields.flatMap((field) => field.reference_schema_id ?? []);
}

function withKnownIds(given: unknown, current: DataSchema): unknown {
  const fields = (given as { fields?: unknown } | null)?.fields;
  if (!Array.isArray(fields)) return given;
  // A field that is renamed brings its id along; a new one that takes the old name must not get it too.
  const taken = new Set(fields.map((field: unknown) => ((field ?? {}) as { id?: unknown }).id));
  const free = current.schemaDefinition.fields.filter(({ id }) => !taken.has(id));
  const idOf = new Map(free.map((field) => [field.name, field.id]));
  const named = fields.map((field: unknown) => {
    const { name, id } = (field ?? {}) as { name?: string; id?: string };
    const known = name === undefined ? undefined : idOf.get(name);
    return known !== undefined && id === undefined ? { id: known, ...(field as object) } : field;
  });
  return { ...(given as object), fields: named };
}
