import type { SchemaDefinition } from '../../libs/generator/index.js';
import { type FilterSql, filterSql } from '../test-data/record-filter.js';
import type { CopiedSchema } from './copy.jobs.js';

/** A record's place in the random order of a seed: the same on every machine and in every version of PostgreSQL. */
export function placeSql(seed: string): string {
  return `md5(${seed}::text || record.id::text)::uuid`;
}

/**
 * The condition that records of a schema have to meet to be copied, with parameters from `first` on: the filter, and with a
 * threshold the sample. What is leased stays where it is when records are moved: whoever has it brings it back.
 */
export function selectionSql(
  { filter = {}, sample }: CopiedSchema,
  definition: SchemaDefinition,
  first: number,
  { move, threshold }: { move: boolean; threshold: string | null },
): FilterSql {
  const { text, values } = filterSql(filter, definition, first);
  const leased = move ? ' AND record.lease_expires_at IS NULL' : '';
  if (!sample || threshold === null) return { text: text + leased, values };
  const next = first + values.length;
  const within = ` AND ${placeSql(`$${next}`)} <= $${next + 1}`;
  return { text: text + leased + within, values: [...values, sample.seed, threshold] };
}
