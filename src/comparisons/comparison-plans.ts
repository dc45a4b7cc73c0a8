import { Injectable } from '@nestjs/common';
import { type FieldError, Invalid, NotFound } from '../../libs/errors/errors.js';
import {
  type FieldDefinition,
  type ItemDefinition,
  type SchemaDefinition,
  wholeDefinition,
} from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import type { DataSchema } from '../schemas/data-schema.entity.js';
import type { FieldName } from '../schemas/field-name.js';
import { SchemasService } from '../schemas/schemas.service.js';
import type { RecordFilter } from '../test-data/record-filter.dto.js';
import type { SchemaOrder } from './comparisons.jobs.js';

type Owner = Pick<ProjectScope, 'projectId'>;

/** A schema whose records stand for themselves by a key. */
export interface Target {
  names: readonly FieldName[];
  key: FieldDefinition[];
}

/** How the records of a schema are compared. */
export interface ComparisonPlan extends Target {
  schemaId: string;
  name: string;
  definition: SchemaDefinition;
  /** The fields that must be the same. */
  fields: FieldDefinition[];
  filter: RecordFilter;
  /** By id, the schemas that references point at; those without a key are not among them. */
  targets: ReadonlyMap<string, Target>;
  /** References that are not compared, since what they point at has no key. */
  ignoredReferences: string[];
}

/** Finds out how the records of schemas are to be compared. */
@Injectable()
export class ComparisonPlans {
  constructor(
    private readonly schemas: SchemasService,
    private readonly compiled: CompiledSchemas,
  ) {}

  /** Throws 404 where there is no such schema, 422 `comparison.no_key`, `comparison.invalid` with pointers below `pointer`. */
  async of(owner: Owner, order: SchemaOrder, pointer: string): Promise<ComparisonPlan> {
    const schema = await this.schemas.find(owner, order.schema_id);
    if (!schema) throw new NotFound('schema.not_found', `There is no schema ${order.schema_id} in this project.`);
    const definition = wholeDefinition(schema.schemaDefinition, (id) => schema.embedded[id]);
    const targets = await this.targetsOf(owner, definition);
    const key = this.keyOf(schema, definition, order, targets, pointer);
    const ignored = new Set([...key.map(({ name }) => name), ...order.ignore]);
    const fields = definition.fields.filter(({ name }) => !ignored.has(name));
    return {
      ...{ schemaId: schema.id, name: schema.name, definition, filter: order.filter, targets, key, fields },
      names: await this.schemas.listFieldNames(owner, schema.id),
      ignoredReferences: fields
        .flatMap((field) => referencesOf(field, field.name))
        .flatMap(({ path, schemaId }) => (targets.has(schemaId) ? [] : [path])),
    };
  }

  private async targetsOf(owner: Owner, { fields }: SchemaDefinition): Promise<Map<string, Target>> {
    const ids = new Set(fields.flatMap((field) => referencesOf(field, field.name)).map(({ schemaId }) => schemaId));
    const targets = new Map<string, Target>();
    for (const id of ids) {
      const schema = await this.schemas.find(owner, id);
      // A key that refers to others in turn has no end that is known here.
      const key = schema && this.ownKey(schema, new Map());
      if (key) targets.set(id, { key, names: await this.schemas.listFieldNames(owner, id) });
    }
    return targets;
  }

  private keyOf(
    schema: DataSchema,
    definition: SchemaDefinition,
    order: SchemaOrder,
    targets: ReadonlyMap<string, Target>,
    pointer: string,
  ): FieldDefinition[] {
    const errors = [
      ...unknownNames(order.ignore, definition, `${pointer}/ignore`),
      ...unknownNames(order.key ?? [], definition, `${pointer}/key`),
    ];
    const named = order.key && definition.fields.filter(({ name }) => order.key?.includes(name));
    const unfit = named?.filter((field) => !isFit(field, targets)) ?? [];
    for (const { name } of unfit) {
      const detail = `${name} cannot be in a key: it is an array or an object, or refers to records without a key`;
      errors.push({ pointer: `${pointer}/key/${order.key?.indexOf(name)}`, code: 'key', detail });
    }
    if (errors.length > 0)
      throw new Invalid('comparison.invalid', `${schema.name} cannot be compared; see errors.`, errors);
    const key = named ?? this.ownKey(schema, targets);
    if (key) return key;
    const detail = `${schema.name} has no unique key by which its records are known again; name fields in key`;
    throw new Invalid('comparison.no_key', `${detail}.`, [{ pointer: `${pointer}/key`, code: 'no_key', detail }]);
  }

  /** The first unique key whose values mean the same in another environment. */
  private ownKey(schema: DataSchema, targets: ReadonlyMap<string, Target>): FieldDefinition[] | null {
    const { keys, definition } = this.compiled.of(schema);
    const fields = keys.map((key) => definition.fields.filter(({ name }) => key.fields.includes(name)));
    return fields.find((key) => key.every((field) => isFit(field, targets))) ?? null;
  }
}

function isFit(
  { type, reference_schema_id: target = '' }: FieldDefinition,
  targets: ReadonlyMap<string, Target>,
): boolean {
  return type === 'reference' ? targets.has(target) : type !== 'array' && type !== 'object';
}

function unknownNames(names: string[], { fields }: SchemaDefinition, pointer: string): FieldError[] {
  return names.flatMap((name, i): FieldError[] => {
    if (fields.some((field) => field.name === name)) return [];
    return [{ pointer: `${pointer}/${i}`, code: 'unknown_field', detail: `the schema has no field ${name}` }];
  });
}

/** The references in a field, however deep: `lines[]/product`. */
export function referencesOf(field: ItemDefinition, path: string): { path: string; schemaId: string }[] {
  if (field.items) return referencesOf(field.items, `${path}[]`);
  if (field.fields) return field.fields.flatMap((inner) => referencesOf(inner, `${path}/${inner.name}`));
  return field.type === 'reference' ? [{ path, schemaId: field.reference_schema_id ?? '' }] : [];
}
