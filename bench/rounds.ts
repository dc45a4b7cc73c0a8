/** One thing to time; `run` does it once and answers how many units it did. */
export interface Contestant {
  name: string;
  run(): Promise<number>;
}

/** Times the contestants in turn, round after round, and prints the median rate of each with its ratio to the first. */
export async function race(contestants: Contestant[], rounds: number, unit: string): Promise<Map<string, number>> {
  const rates = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    // Every other round backwards, so that nobody always runs behind the same neighbour.
    const order = round % 2 === 0 ? contestants : [...contestants].reverse();
    for (const { name, run } of order) {
      const started = performance.now();
      const units = await run();
      rates.get(name)?.push(units / ((performance.now() - started) / 1000));
    }
  }
  const medians = new Map([...rates].map(([name, each]) => [name, median(each)]));
  const [first] = [...medians.values()];
  for (const [name, rate] of medians) {
    const figure = Math.round(rate).toLocaleString('en');
    console.log(`${name.padEnd(52)} ${figure.padStart(10)} ${unit}/s  ${(rate / (first ?? rate)).toFixed(2)} ×`);
  }
  return medians;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
