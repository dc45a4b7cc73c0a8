/** Does its work once and answers how many units that were. */
export type Work = () => number | Promise<number>;

/** Work that needs something done `before` each round, which is not timed. */
export interface PreparedWork {
  before: () => Promise<unknown>;
  work: Work;
}

/** Work that always comes to so many units. */
export function worth(units: number, work: () => Promise<unknown>): Work {
  return async () => {
    await work();
    return units;
  };
}

// Many short rounds: what else the machine does comes and goes, and should meet all ways alike.
const ROUNDS = 21;
const ROUND_MS = 100;
const WARM_UP_MS = 300;
// So many calls between two looks at the clock that looking weighs nothing, even where a call takes 100 ns.
const CALLS = 100;

/** Units per second of each work: the median of its rounds, in which all take turns. */
export async function measure<Name extends string>(
  works: Record<Name, Work | PreparedWork>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[];
  const rates = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    // Every other round backwards, so that nobody always runs behind the same neighbour.
    for (const name of round % 2 === 0 ? names : [...names].reverse()) rates.get(name)?.push(await rateOf(works[name]));
  }
  return mapped(names, (name) => median(rates.get(name) ?? []));
}

async function rateOf(way: Work | PreparedWork): Promise<number> {
  const { before, work } = typeof way === 'function' ? { before: undefined, work: way } : way;
  await before?.();
  const started = performance.now();
  const units = await work();
  return units / ((performance.now() - started) / 1000);
}

/**
 * Calls per second of each way, in 21 rounds after a warm-up. All have the same time in a round, however quick they are;
 * the number that a way is called with starts from 0 in each.
 */
export async function measureCalls<Name extends string>(
  ways: Record<Name, (i: number) => unknown>,
): Promise<Record<Name, number>> {
  const names = Object.keys(ways) as Name[];
  const works = mapped(names, (name) => () => callsWithin(ROUND_MS, ways[name]));
  for (const name of names) callsWithin(WARM_UP_MS, ways[name]);
  return measure(works, ROUNDS);
}

/** Does the work again and again for some time, so many at once; answers how often it was done. */
export async function repeatedly(clients: number, ms: number, work: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + ms;
  let done = 0;
  const one = async (): Promise<void> => {
    for (; performance.now() < end; done += 1) await work();
  };
  await Promise.all(Array.from({ length: clients }, one));
  return done;
}

/** Milliseconds that half of so many calls, one after the other, take at most. */
export async function medianTime(calls: number, call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < calls; i += 1) {
    const started = performance.now();
    await call();
    times.push(performance.now() - started);
  }
  return median(times);
}

function callsWithin(ms: number, way: (i: number) => unknown): number {
  const end = performance.now() + ms;
  let calls = 0;
  do {
    for (const before = calls; calls < before + CALLS; calls += 1) way(calls);
  } while (performance.now() < end);
  return calls;
}

function mapped<Name extends string, T>(names: readonly Name[], value: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, T>;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
