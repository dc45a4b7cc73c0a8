import { type RowSource } from '../../libs/generator/index.js';
import { measureCalls } from '../rounds.js';
import { costs, rateHere } from '../report.js';
import { compiledUser, RUN, write } from './user-row.js';

/** What it costs that user name and e-mail address are unique. */
export async function benchUniqueness(): Promise<void> {
  const plain = compiledUser(false).rows(RUN);
  const unique = compiledUser(true).rows(RUN);
  const rates = await measureCalls({
    plain: (i) => write(plain.json(i)),
    unique: (i) => write(unique.json(i)),
    keyed: (i) => writeWithKeys(unique, i),
  });
  costs('username and email unique, against neither', rates.unique, rates.plain, 30);
  rateHere('  … written with the texts of both keys', rates.keyed, 'rows');
}

function writeWithKeys(rows: RowSource, i: number): number {
  const { json, keys } = rows.withKeys(i);
  return write(json) + write(keys[0] ?? '') + write(keys[1] ?? '');
}
