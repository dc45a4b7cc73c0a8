import { bulk, growth } from './bulk/bulk.js';
import { copies } from './copies.js';
import { generator } from './generator/generator.js';
import { handout } from './handout/handout.js';
import { imports } from './imports.js';
import { life } from './life.js';
import { stock } from './stock.js';

/** The groups by name; each prints ratios to a limit or a peer measured in the same run. */
const GROUPS: Record<string, () => Promise<void>> = { generator, bulk, imports, copies, stock, handout, life, growth };

/** Those that run when none is asked for: `growth` takes minutes. */
const USUAL = ['generator', 'bulk', 'imports'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in GROUPS));
if (unknown.length > 0) {
  console.error(`No benchmark called ${unknown.join(', ')}; there are: ${Object.keys(GROUPS).join(', ')}.`);
  process.exit(2);
}
for (const [name, run] of Object.entries(GROUPS)) {
  if (!(wanted.length > 0 ? wanted : USUAL).includes(name)) continue;
  console.log(`\n# ${name}`);
  await run();
}
