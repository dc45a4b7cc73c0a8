/** One line about one step: `  schemas        made User, Product`. */
export function say(what: string, text: string): void {
  process.stdout.write(`  ${what.padEnd(15)}${text}\n`);
}

/** `found Development; made Staging, Production` */
export function tally(found: string[], made: string[], madeVerb = 'made'): string {
  const parts = [found.length > 0 && `found ${found.join(', ')}`, made.length > 0 && `${madeVerb} ${made.join(', ')}`];
  return parts.filter(Boolean).join('; ');
}

/** `100,000`, wherever it is read. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}
