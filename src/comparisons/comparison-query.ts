import type { CopiedQuery } from '../../libs/database/copy-out.js';
import { SqlParams } from '../test-data/stored-values.js';
import { ComparableValues } from './comparable-values.js';
import type { ComparisonPlan } from './comparison-plans.js';
import type { SchemaFigures } from './comparisons.jobs.js';

/** The stocks of a schema in the two environments. */
export interface Sides {
  projectId: string;
  here: string;
  there: string;
}

/** The letter that a compared row begins with, and the figures that it adds to. */
export const FIGURES: Readonly<Record<string, (keyof SchemaFigures)[]>> = {
  s: ['same'],
  d: ['different'],
  h: ['only_here'],
  t: ['only_there'],
  a: ['duplicates_here'],
  b: ['duplicates_there'],
  c: ['duplicates_here', 'duplicates_there'],
  m: ['without_key_here'],
  n: ['without_key_there'],
};
/** The letter of rows that are the same, of which nothing is told. */
export const SAME = 's';
/** Letters of rows in which two records meet. */
export const PAIRS = 'sdc';

const KIND = `
  CASE
    WHEN coalesce(here.key, there.key) IS NULL THEN CASE WHEN there.id IS NULL THEN 'm' ELSE 'n' END
    WHEN coalesce(here.nth, there.nth) > 1
      THEN CASE WHEN there.id IS NULL THEN 'a' WHEN here.id IS NULL THEN 'b' ELSE 'c' END
    WHEN there.id IS NULL THEN 'h'
    WHEN here.id IS NULL THEN 't'
    WHEN here.data = there.data THEN 's'
    ELSE 'd'
  END`;
const NAMES = `
  CASE kind WHEN 'd' THEN 'different' WHEN 'h' THEN 'only_here' WHEN 't' THEN 'only_there'
    WHEN 'm' THEN 'without_key' WHEN 'n' THEN 'without_key' ELSE 'duplicate' END`;
const CHANGED = `
  CASE kind WHEN 'd' THEN (
    SELECT json_object_agg(name, json_build_array(here_data -> name, there_data -> name))
    FROM (SELECT jsonb_object_keys(here_data) UNION SELECT jsonb_object_keys(there_data)) AS field (name)
    WHERE here_data -> name IS DISTINCT FROM there_data -> name) END`;

/**
 * Each record of both stocks once, beside the one with the same key on the other side: a letter, and JSON of what is different.
 * Of records with the same key on one side the first of each is compared. PostgreSQL joins and sorts on disk where it has to.
 */
export function comparisonQuery(plan: ComparisonPlan, { projectId, here, there }: Sides): CopiedQuery {
  const params = new SqlParams();
  const key = plan.key.map(
    ({ name }, i) => `${params.add(name)}::text, ${plan.key.length === 1 ? 'key' : `key -> ${i}`}`,
  );
  const told = `json_build_object('schema', ${params.add(plan.name)}::text, 'difference', ${NAMES},
    'key', CASE WHEN key IS NOT NULL THEN json_build_object(${key.join(', ')}) END,
    'here', here_id, 'there', there_id, 'changed', ${CHANGED})`;
  const text = `
    SELECT CASE kind WHEN '${SAME}' THEN kind ELSE kind || ${told}::text END
    FROM (
      SELECT ${KIND} AS kind, coalesce(here.key, there.key) AS key, here.id AS here_id, there.id AS there_id,
        here.data AS here_data, there.data AS there_data
      FROM (${side(plan, projectId, here, params)}) AS here
      FULL JOIN (${side(plan, projectId, there, params)}) AS there ON here.key = there.key AND here.nth = there.nth
    ) AS compared`;
  return { text, values: params.values };
}

/** How many records there are on both sides. */
export function countQuery(plan: ComparisonPlan, { projectId, here, there }: Sides): CopiedQuery {
  const params = new SqlParams();
  const both = [here, there].map((stockId) => `(SELECT count(*) ${wanted(plan, projectId, stockId, params)})`);
  return { text: `SELECT ${both.join(' + ')}`, values: params.values };
}

function side(plan: ComparisonPlan, projectId: string, stockId: string, params: SqlParams): string {
  const values = new ComparableValues(plan, plan.targets, projectId, params);
  const members = plan.key.map((field, i) => `${values.of(field)} AS key_${i}`);
  const names = plan.key.map((_, i) => `key_${i}`);
  const all = names.length === 1 ? names.join('') : `jsonb_build_array(${names.join(', ')})`;
  const read = `SELECT record.id, ${members.join(', ')}, ${values.together(plan.fields)} AS data ${wanted(plan, projectId, stockId, params)} OFFSET 0`;
  const keyed = `SELECT id, data, CASE WHEN num_nulls(${names.join(', ')}) = 0 THEN ${all} END AS key FROM (${read}) AS read`;
  return `SELECT id, data, key, row_number() OVER (PARTITION BY key ORDER BY id) AS nth FROM (${keyed}) AS keyed`;
}

function wanted({ filter, definition }: ComparisonPlan, projectId: string, stockId: string, params: SqlParams): string {
  const own = `record.stock_id = ${params.add(stockId)} AND record.project_id = ${params.add(projectId)}`;
  return `FROM test_data AS record WHERE ${own} ${params.where(filter, definition)}`;
}
