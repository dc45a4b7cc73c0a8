import { onStage } from '../stage.js';
import { drizzle } from './drizzle.js';
import { exporting } from './exporting.js';
import { growth as growing } from './growth.js';
import { latency } from './latency.js';
import { loading, twoWorkers } from './loading.js';

/** Bulk runs through the whole product, beside COPY of the same finished rows into the same table. */
export function bulk(): Promise<void> {
  return onStage(async (stage) => {
    await loading(stage, false);
    await loading(stage, true);
    await twoWorkers(stage);
    await exporting(stage);
    await drizzle(stage);
    await latency(stage);
  });
}

/** How the rate falls as a stock grows to ten million records; takes some minutes. */
export function growth(): Promise<void> {
  return onStage(growing);
}
