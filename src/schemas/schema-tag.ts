import type { DataSchema } from './data-schema.entity.js';

/** The `ETag` of a schema: it changes with every change of the row. */
export function schemaTag(schema: Pick<DataSchema, 'version' | 'updatedAt'>): string {
  return `"${schema.version}-${schema.updatedAt.getTime().toString(36)}"`;
}
