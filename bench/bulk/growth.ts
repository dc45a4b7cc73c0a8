import { atLeast, rateHere, ratioHere } from '../report.js';
import type { Stage } from '../stage.js';
import { empty } from '../tables.js';
import { userFields } from '../user-fields.js';

const STEPS = [100_000, 1_000_000, 3_000_000, 10_000_000];
const MEASURED = 500_000;

/** Rows per second with more and more records there already. */
export async function growth({ workspace, client }: Stage): Promise<void> {
  for (const unique of [false, true]) {
    const schemaId = await workspace.createSchema(unique ? 'Unique, growing' : 'Growing', userFields(unique));
    const rates: number[] = [];
    let there = 0;
    for (const step of STEPS) {
      if (step > there) await workspace.generate(schemaId, step - there);
      await client.query('CHECKPOINT');
      const started = performance.now();
      await workspace.generate(schemaId, MEASURED);
      const rate = MEASURED / ((performance.now() - started) / 1000);
      rates.push(rate);
      there = step + MEASURED;
      rateHere(`${unique ? 'unique key, ' : ''}${step.toLocaleString('en')} records there`, rate, 'rows');
    }
    const least = Math.min(...rates) / Math.max(...rates);
    if (unique) ratioHere('  slowest against quickest', least);
    else atLeast('  slowest against quickest', least, 0.75);
    await empty(client);
  }
}
