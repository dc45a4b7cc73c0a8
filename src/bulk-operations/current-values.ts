import type { CompiledSchema } from '../../libs/generator/index.js';
import type { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { renamed } from '../test-data/renamed.js';
import type { HeldRecord } from './bulk-records.repository.js';

/** A schema as it is until the transaction ends. */
export interface HeldSchema {
  schema: CompiledSchema;
  version: number;
}

/** A record's values under the names that the schema's fields have now. */
export async function currentValues(
  schemas: CompiledSchemas,
  owner: { projectId: string },
  schemaId: string,
  { schema, version }: HeldSchema,
  { data_values, schema_version }: HeldRecord,
): Promise<Record<string, unknown>> {
  const then = schema_version === version ? schema : await schemas.load(owner, schemaId, schema_version);
  return renamed(data_values, then.definition, schema.definition);
}
