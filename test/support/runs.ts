import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import type { RunResponse } from '../../libs/client/generated/types.gen.js';
import type { TestDatabase } from './database.js';
import { ok } from './project.js';
import { until } from './until.js';

const OVER = ['succeeded', 'failed', 'cancelled'];

/** Looks at a run again and again until `holds` or the run is over; throws after `patience` milliseconds. */
export async function runUntil(
  client: Client,
  id: string,
  holds: (run: RunResponse) => boolean = () => false,
  patience = testSettings().isLong ? 800_000 : 50_000,
): Promise<RunResponse> {
  let last: RunResponse | undefined;
  const look = async (): Promise<RunResponse | false> => {
    last = await ok(api.getRun({ client, path: { id } }));
    return (holds(last) || OVER.includes(last.state)) && last;
  };
  return until(look, () => `the run, which is still ${last?.state}: ${last?.done} of ${last?.total}`, patience);
}

/** What the table has of a run's records: how many, and how many ids that are. */
export async function storedRows(db: TestDatabase, id: string): Promise<{ rows: number; ids: number }> {
  const text = 'SELECT count(*)::integer AS rows, count(DISTINCT id)::integer AS ids FROM test_data WHERE run_id = $1';
  const [row] = await db.query<{ rows: number; ids: number }>(text, [id]);
  return row ?? { rows: 0, ids: 0 };
}
