import { createRecord, listRecords } from '../../libs/client/generated/sdk.gen.js';
import { ask, each } from './api.js';
import type { Example } from './load.js';
import { say } from './say.js';
import { samples } from './shopfast.js';

type Values = Record<string, unknown>;

/** Adds those sample records that Development does not have. */
export async function loadSamples(example: Example): Promise<void> {
  let found = 0;
  let added = 0;
  for (const { schema, key, records } of samples) {
    const path = { schemaId: example.schemas.id(schema), envId: example.environments.id('Development') };
    const missing = await withoutExisting(path, key, records);
    for (const data_values of missing) {
      await ask(`Adding the ${schema} ${String(data_values[key])}`, createRecord({ path, body: { data_values } }));
    }
    added += missing.length;
    found += records.length - missing.length;
  }
  say('records', describe(found, added));
}

/** Lists come oldest first and samples are typed in before any bulk run: usually the first page has them all. */
async function withoutExisting(
  path: { schemaId: string; envId: string },
  key: string,
  records: Values[],
): Promise<Values[]> {
  const missing = new Map(records.map((values) => [values[key], values]));
  for await (const record of each('Listing the records', (query) => listRecords({ path, query }))) {
    missing.delete(record.data_values[key]);
    if (missing.size === 0) break;
  }
  return [...missing.values()];
}

function describe(found: number, added: number): string {
  if (found === 0) return `added ${added} sample records in Development`;
  return `found ${found} sample records in Development${added > 0 ? `; added ${added}` : ''}`;
}
