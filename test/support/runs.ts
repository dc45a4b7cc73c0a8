import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import type { RunResponse } from '../../libs/client/generated/types.gen.js';
import { ok } from './project.js';

const OVER = ['succeeded', 'failed', 'cancelled'];

/** Looks at a run again and again until `until` holds or the run is over; throws after `patience` milliseconds. */
export async function runUntil(
  client: Client,
  id: string,
  until: (run: RunResponse) => boolean = () => false,
  patience = testSettings().isLong ? 800_000 : 50_000,
): Promise<RunResponse> {
  const deadline = Date.now() + patience;
  for (;;) {
    const run = await ok(api.getRun({ client, path: { id } }));
    if (until(run) || OVER.includes(run.state)) return run;
    if (Date.now() > deadline) throw new Error(`The run is still ${run.state}: ${run.done} of ${run.total}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
