import { type FieldError, Invalid } from '../../libs/errors/errors.js';
import { pointerOf } from '../schemas/overrides.js';
import { filterSql } from '../test-data/record-filter.js';
import type { PlannedSchema } from './bundle-plans.js';
import type { SchemaFilters } from './request-data.dto.js';

/** Throws 422 `filter.invalid` where a filter is not about a schema of the bundle, or cannot be applied to it. */
export function requireFilters(filters: SchemaFilters, schemas: PlannedSchema[]): void {
  const errors = Object.entries(filters).flatMap(([named, filter]): FieldError[] => {
    const pointer = `/filters${pointerOf(named)}`;
    const schema = schemas.find(({ id, name }) => id === named || name === named);
    if (!schema) {
      const names = schemas.map(({ name }) => name).join(', ');
      return [{ pointer, code: 'unknown_schema', detail: `must be the name or id of one of the schemas: ${names}` }];
    }
    if (typeof filter !== 'object' || (filter as unknown) === null || Array.isArray(filter))
      return [{ pointer, code: 'type', detail: 'must be an object with conditions by the names of fields' }];
    if (schema.filter !== filter)
      return [{ pointer, code: 'twice', detail: `there is a filter for ${schema.name} already` }];
    return problemsOf(schema, pointer);
  });
  if (errors.length > 0) throw new Invalid('filter.invalid', 'The filters cannot be applied; see errors.', errors);
}

function problemsOf({ filter, compiled }: PlannedSchema, pointer: string): FieldError[] {
  try {
    filterSql({ values: filter ?? {} }, compiled.definition, 1, pointer);
    return [];
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return error.errors.map((each) => ({ ...each, pointer: each.pointer?.replace(`${pointer}/values`, pointer) }));
  }
}
