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
    const { existing, missing } = await compare(path, key, records);
    for (const data_values of missing) {
      await ask(`Adding the ${schema} ${String(data_values[key])}`, createRecord({ path, body: { data_values } }));
    }
    found += existing;
    added += missing.length;
  }
  say('records', describe(found, added));
}

/** How many of the records exist, and which have yet to be added. */
async function compare(
  path: { schemaId: string; envId: string },
  key: string,
  records: Values[],
): Promise<{ existing: number; missing: Values[] }> {
  const unseen = new Map(records.map((values) => [values[key], values]));
  for await (const record of each('Listing the records', (query) => listRecords({ path, query }))) {
    // Lists come oldest first, and a demo starts its bulk run after it has added the samples: what is not among the older
    // records was deleted by somebody, and the many rows of the run need not be read to know it.
    if (record.run_id !== null) return { existing: records.length - unseen.size, missing: [] };
    unseen.delete(record.data_values[key]);
    if (unseen.size === 0) break;
  }
  return { existing: records.length - unseen.size, missing: [...unseen.values()] };
}

function describe(found: number, added: number): string {
  if (found === 0) return `added ${added} sample records in Development`;
  return `found ${found} sample records in Development${added > 0 ? `; added ${added}` : ''}`;
}
