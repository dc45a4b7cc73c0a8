/** Prints what was measured, the figure, its target, and whether it holds. */
export function report(what: string, figure: string, target: string, holds: boolean): void {
  print(what, figure, target, holds ? 'holds' : 'MISSED');
}

/** Prints how many times as quick one is as another. */
export function atLeast(what: string, ratio: number, least: number): void {
  report(what, times(ratio), `at least ${least} ×`, ratio >= least);
}

/** Prints what share of the rate without it something costs, in percent. */
export function costs(what: string, rate: number, rateWithout: number, most: number): void {
  const cost = 100 * (1 - rate / rateWithout);
  report(what, `${cost.toFixed(1)} %`, `at most ${most} %`, cost <= most);
}

/** Prints a rate that stands for nothing but this machine. */
export function rateHere(what: string, rate: number, unit: string): void {
  figureHere(what, `${Number(rate.toPrecision(3)).toLocaleString('en')} ${unit}/s`);
}

/** Prints how many times as quick one is as another where nothing is promised. */
export function ratioHere(what: string, ratio: number): void {
  figureHere(what, times(ratio));
}

/** Prints a figure of which nothing is promised. */
export function figureHere(what: string, figure: string): void {
  print(what, figure, 'no target', '');
}

/** Prints what could not be measured, and why. */
export function skipped(what: string, why: string): void {
  print(what, 'skipped', why, '');
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

function print(what: string, figure: string, target: string, verdict: string): void {
  console.log(`${what.padEnd(50)} ${figure.padStart(18)}   ${target.padEnd(16)} ${verdict}`.trimEnd());
}
