import { translating } from '../../libs/database/constraint.js';
import { NotFound } from '../../libs/errors/errors.js';

/** What a write breaks whose schema or environment is deleted while it is under way. */
const CONSTRAINTS = [
  'test_data_parents',
  'stocks_schema_id_fkey',
  'stocks_environment_id_fkey',
  'stocks_project_id_fkey',
  'stock_keys_stock_id_fkey',
];

export function deletedMeanwhile(): NotFound {
  return new NotFound('schema.not_found', 'The schema or the environment was deleted meanwhile.');
}

/** Runs a write of records; throws 404 where the schema or the environment is deleted meanwhile. */
export async function writingRecords<T>(write: () => Promise<T>): Promise<T> {
  return translating(write, Object.fromEntries(CONSTRAINTS.map((name) => [name, deletedMeanwhile])));
}
