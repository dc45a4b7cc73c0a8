import type { ProjectScope } from '../access/project-scope.js';
import type { RecordAgeing } from '../test-data/record-ageing.service.js';

interface Item {
  record_id: string;
  data: Record<string, unknown> | null;
}

/** The items of a bundle with their values as of the moment; null leaves them as they are stored. */
export async function agedItems<T extends Item>(
  ageing: RecordAgeing,
  owner: Pick<ProjectScope, 'projectId'>,
  items: readonly T[],
  at: Date | null,
): Promise<T[]> {
  const records = items.flatMap(({ record_id: id, data }) => (data ? [{ id, data_values: data }] : []));
  const aged = new Map((await ageing.asOf(owner, records, at)).map(({ id, data_values }) => [id, data_values]));
  return items.map((item) => ({ ...item, data: aged.get(item.record_id) ?? item.data }));
}
