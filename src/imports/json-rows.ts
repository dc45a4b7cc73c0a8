import type { Values } from './csv-rows.js';
import { LINE, REASONS, TEXT } from './rejected-rows.js';

export interface JsonNames {
  /** Names of members that stand for others; '' for those that are passed over. */
  mapping: Record<string, string>;
  /** The names that rows may have; null where all are let through to the check. */
  known: ReadonlySet<string> | null;
}

/** Reads a line of JSON Lines; a text says why it is no row. */
export function jsonRow(line: string, { mapping, known }: JsonNames): Values | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `the line is not JSON: ${(error as Error).message.slice(0, 200)}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'the row must be a JSON object';
  const given = value as Values;
  // What a list of refused rows has added.
  if (Object.hasOwn(given, LINE)) {
    if (Object.hasOwn(given, TEXT))
      return `the row is what could not be read before: put an object in the place of ${TEXT}`;
    delete given[LINE];
    delete given[REASONS];
  }
  return isRenamed(given, mapping, known) ? renamed(given, mapping, known) : given;
}

function isRenamed(given: Values, mapping: Record<string, string>, known: ReadonlySet<string> | null): boolean {
  for (const name in given) if (Object.hasOwn(mapping, name) || known?.has(name) === false) return true;
  return false;
}

function renamed(given: Values, mapping: Record<string, string>, known: ReadonlySet<string> | null): Values | string {
  const values: Values = {};
  for (const [name, value] of Object.entries(given)) {
    const target = Object.hasOwn(mapping, name) ? mapping[name]! : name;
    if (target === '' || known?.has(target) === false) continue;
    if (Object.hasOwn(values, target)) return `two members stand for ${target}`;
    values[target] = value;
  }
  return values;
}
