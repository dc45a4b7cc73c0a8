import { compilePattern } from '../../libs/generator/patterns/pattern.js';
import { Stream } from '../../libs/generator/random/stream.js';
import { measure, measureCalls } from '../rounds.js';
import { rateHere, report } from '../report.js';
import { USERNAME, write } from './user-row.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_';

export async function benchPatterns(): Promise<void> {
  await benchSamplers();
  await benchHostile();
}

/** A pattern's sampler beside the code that one would write by hand for that pattern. */
async function benchSamplers(): Promise<void> {
  const username = compilePattern(USERNAME).texts(0, Infinity);
  const sku = compilePattern('^[A-Z]{2}[0-9]{6}$').texts(0, Infinity);
  const stream = new Stream();
  const key = { a: 1, b: 2 };
  const at = (i: number): Stream => {
    stream.seek(key, i);
    return stream;
  };
  const rates = await measureCalls({
    drawn: (i) => write(username.draw(at(i))),
    ranked: (i) => write(username.at(i, at(i))),
    byHand: (i) => write(usernameByHand(at(i))),
    sku: (i) => write(sku.draw(at(i))),
    skuByHand: (i) => write(skuByHand(at(i))),
  });
  rateHere(`pattern ${USERNAME}`, rates.drawn, 'texts');
  timeAgainst('  against a sampler written by hand', rates.drawn, rates.byHand);
  timeAgainst('  by rank, for unique fields', rates.ranked, rates.byHand);
  timeAgainst('pattern ^[A-Z]{2}[0-9]{6}$, against by hand', rates.sku, rates.skuByHand);
}

function timeAgainst(what: string, rate: number, rateByHand: number): void {
  const ratio = rateByHand / rate;
  report(what, `${ratio.toFixed(2)} × its time`, 'at most 2 ×', ratio <= 2);
}

function usernameByHand(stream: Stream): string {
  let text = '';
  for (let left = 3 + stream.below(18); left > 0; left -= 1) text += LETTERS[stream.below(63)];
  return text;
}

function skuByHand(stream: Stream): string {
  let text = LETTERS[26 + stream.below(26)]! + LETTERS[26 + stream.below(26)]!;
  for (let left = 6; left > 0; left -= 1) text += LETTERS[52 + stream.below(10)];
  return text;
}

/** How long it takes to compile a pattern that is meant to take long, or to refuse it. */
async function benchHostile(): Promise<void> {
  const patterns = ['^(a+)+$', '[ab]*a[ab]{20}', '((a{1000}){1000})', '^.*a.{20}$'];
  const works = patterns.map((pattern) => [pattern, () => attempt(pattern)] as const);
  for (const [pattern, rate] of Object.entries(await measure(Object.fromEntries(works), 51))) {
    report(`hostile pattern ${pattern}`, `${(1000 / rate).toFixed(2)} ms`, 'at most 1 ms', rate >= 1000);
  }
}

function attempt(pattern: string): number {
  // A pattern that was never seen before, so that nothing comes from the cache.
  const fresh = `${pattern}|${Math.random().toString(36).replace(/\W/g, '')}`;
  try {
    compilePattern(fresh).texts(0, Infinity);
  } catch {
    // Refused: that is an answer too.
  }
  return 1;
}
