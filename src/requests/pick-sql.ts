import type { FieldConditions } from '../test-data/record-filter.dto.js';
import { type SearchableFields, searchableField, searchConditions } from '../test-data/search-conditions.js';
import type { SqlParams } from '../test-data/stored-values.js';
import type { PlannedSchema } from './bundle-plans.js';
import type { BundleLink, Wanted } from './picks.repository.js';

/** A schema of a chain; the roots are those that no other one refers to, from which it is followed. */
export interface ChainedSchema {
  schema: PlannedSchema;
  isRoot: boolean;
}

interface Place {
  projectId: string;
  environmentId: string;
}

/** The id of a stock, which may not be there yet. */
export function stockSql(params: SqlParams, projectId: string, schemaId: string, environmentId: string): string {
  return `(SELECT id FROM stocks WHERE project_id = ${params.add(projectId)} AND schema_id = ${params.add(schemaId)}
    AND environment_id = ${params.add(environmentId)})`;
}

/** The active records of a stock that stand nearest to a random point. */
export function windowSql(params: SqlParams, stock: string, span: number): string {
  const start = params.add(Math.random());
  const half = (side: string): string => `
    (SELECT n.id, n.data_values, n.schema_version, n.pick_key FROM test_data AS n
     WHERE n.stock_id = ${stock} AND n.status = 'active' AND n.pick_key ${side} ${start}
     ORDER BY n.pick_key LIMIT ${params.add(span)})`;
  return `${half('>=')} UNION ALL ${half('<')}`;
}

/** Values of a searchable field that are looked up for one hand-out at most, and of these records those that are active. */
const MOST_VALUES = 400_000;
const MOST_ACTIVE = 100_000;

/**
 * The active records of a stock that meet what the filter says of one searchable field: of one that has to have certain values
 * before others. Null where the filter is about no such field.
 */
export function indexedSql(
  params: SqlParams,
  stock: string,
  { filter, compiled }: PlannedSchema,
  searchable: SearchableFields,
): string | null {
  const narrowFirst = Object.entries(filter ?? {}).sort(([, a], [, b]) => Number(isNarrow(b)) - Number(isNarrow(a)));
  for (const [name, conditions] of narrowFirst) {
    const found = searchableField(compiled.definition, searchable, name);
    const condition = found && searchConditions(params, found.field, found.known.kind, conditions);
    if (!condition) continue;
    return `
      SELECT n.id, n.data_values, n.schema_version FROM (
        SELECT value.record_id FROM search_values AS value
        WHERE value.field_no = ${params.add(found.known.no)} AND value.stock_id = ${stock} AND ${condition} LIMIT ${MOST_VALUES}
      ) AS near JOIN test_data AS n ON n.id = near.record_id WHERE n.status = 'active' LIMIT ${MOST_ACTIVE}`;
  }
  return null;
}

function isNarrow({ eq, in: listed }: FieldConditions): boolean {
  return eq !== undefined || listed !== undefined;
}

/** What `record` must keep to be picked for the schema. */
export function fittingSql(
  params: SqlParams,
  { filter, compiled }: PlannedSchema,
  taken: string[],
  match?: Record<string, unknown> | null,
): string {
  const conditions = [`record.id <> ALL (${params.add(taken)}::uuid[])`];
  if (match) conditions.push(`record.data_values @> ${params.add(JSON.stringify(match))}::jsonb`);
  const where = filter ? params.where({ values: filter }, compiled.definition) : '';
  return `${conditions.join(' AND ')} ${where}`;
}

/** Rows `chain`: the records of the schemas in their order, in which every link names the record of its target. */
export function chainSql(
  params: SqlParams,
  { projectId, environmentId }: Place,
  schemas: ChainedSchema[],
  links: BundleLink[],
  { taken, span, limit }: Pick<Wanted, 'taken' | 'span' | 'limit'>,
): string {
  const nameOf = (schemaId: string): string => `r${schemas.findIndex(({ schema }) => schema.id === schemaId)}`;
  const tables = schemas.map(({ schema, isRoot }) => {
    const stock = stockSql(params, projectId, schema.id, environmentId);
    const rows = isRoot
      ? `(${windowSql(params, stock, span)}) AS record WHERE true`
      : `test_data AS record WHERE record.stock_id = ${stock} AND record.status = 'active'`;
    const fitting = fittingSql(params, schema, taken);
    return `(SELECT record.id, record.data_values, record.schema_version FROM ${rows} AND ${fitting}) AS ${nameOf(schema.id)}`;
  });
  const holds = links.map(({ from, to, path, since }) => {
    const source = nameOf(from);
    return `${nameOf(to)}.id = ANY (referenced_ids(${source}.data_values, ${params.add(path)}))
      AND ${source}.schema_version >= ${params.add(since)}`;
  });
  const records = schemas.map((_, i) => {
    return `jsonb_build_object('id', r${i}.id, 'data', r${i}.data_values, 'version', r${i}.schema_version)`;
  });
  return `SELECT jsonb_build_array(${records.join(', ')}) AS chain FROM ${tables.join(', ')}
    WHERE ${holds.join(' AND ')} LIMIT ${params.add(limit)}`;
}
