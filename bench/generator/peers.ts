import { measureCalls } from '../rounds.js';
import { copycatRow } from './peers/copycat.js';
import { drizzleRow } from './peers/drizzle-seed.js';
import { fakerRow } from './peers/faker.js';
import { byFaker, byPatterns } from './peers/json-schema-faker.js';
import { atLeast, rateHere } from '../report.js';
import { assertUser, compiledUser, RUN, write } from './user-row.js';

/** Rows of the User schema beside the rows of its peers; all are made, rendered as JSON and written. */
export async function benchPeers(): Promise<void> {
  const rows = compiledUser(false).rows(RUN);
  const texts = {
    ours: (i: number) => rows.json(i),
    faker: () => JSON.stringify(fakerRow()),
    byPatterns: () => JSON.stringify(byPatterns()),
    byFaker: () => JSON.stringify(byFaker()),
    drizzle: (i: number) => JSON.stringify(drizzleRow(i)),
    copycat: (i: number) => JSON.stringify(copycatRow(i)),
  };
  for (const [name, text] of Object.entries(texts)) for (let i = 0; i < 1000; i += 1) assertUser(text(i), name);
  const rates = await measureCalls({
    ours: (i) => write(texts.ours(i)),
    faker: () => write(texts.faker()),
    byPatterns: () => write(texts.byPatterns()),
    byFaker: () => write(texts.byFaker()),
    drizzle: (i) => write(texts.drizzle(i)),
    copycat: (i) => write(texts.copycat(i)),
  });
  rateHere('User row, 7 fields, rendered', rates.ours, 'rows');
  atLeast('  against @faker-js/faker, called directly', rates.ours / rates.faker, 6);
  atLeast('  against json-schema-faker, by patterns', rates.ours / rates.byPatterns, 25);
  atLeast('  against json-schema-faker, by Faker', rates.ours / rates.byFaker, 25);
  atLeast("  against drizzle-seed's generators", rates.ours / rates.drizzle, 2.5);
  atLeast('  against @snaplet/copycat', rates.ours / rates.copycat, 100);
}
