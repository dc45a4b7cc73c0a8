import { type FieldDefinition, type RowRule, type SchemaDefinition } from '../definition/definition.js';
import { itemField } from '../definition/nested-reader.js';
import { compareInstants } from '../values/instant.js';
import { deriver } from '../rendering/completion.js';
import { type AgeingDate, agedDates, dateRule, type DateRule, isMoving, readDate, type Step } from './date-group.js';
import { type DateGroup, movingGroups } from './date-groups.js';

type Values = Record<string, unknown>;
/** Moves what is in a value that is not null. */
type Ager = (value: unknown, step: Step) => unknown;
type Check = (values: Values, now: number) => readonly unknown[];

/**
 * The values of a record as they would be at another moment than the one that they are right for; null where no value of the
 * schema moves with time. See README.md, Ageing.
 */
export function compileAgeing(
  definition: SchemaDefinition,
  check: Check,
): ((values: Values, from: number, to: number) => Values) | null {
  const age = rowAger(definition.fields, definition.rules);
  if (!age) return null;
  return (values, from, to) => {
    for (const byDays of [false, true]) {
      const aged = age(values, { from, to, byDays }) as Values;
      if (check(aged, to).length === 0) return aged;
    }
    return values;
  };
}

/** What moves the dates of a row, or of an object in it; null where none do. */
function rowAger(fields: readonly FieldDefinition[], rules?: readonly RowRule[]): Ager | null {
  const groups = movingGroups(fields, rules).map((group) => groupAger(group, fields));
  const nested = fields.flatMap((field) => {
    const age = nestedAger(field);
    return age ? [{ name: field.name, age }] : [];
  });
  if (groups.length + nested.length === 0) return null;
  const derive = deriver(fields);
  return (given, step) => {
    const values = { ...(given as Values) };
    const changed = new Set(groups.flatMap((age) => age(values, step)));
    for (const { name, age } of nested) {
      const value = Object.hasOwn(values, name) ? (values[name] ?? null) : null;
      if (value !== null) values[name] = age(value, step);
    }
    return derive(values, changed);
  };
}

/** Moves the dates of a group in the values; answers the names of those that are others now. */
function groupAger(
  { names, order }: DateGroup,
  fields: readonly FieldDefinition[],
): (values: Values, step: Step) => string[] {
  const rules = names.map((name) => dateRule(fields.find((field) => field.name === name)!));
  return (values, step) => {
    const found = names.map((name, i) => (Object.hasOwn(values, name) ? readDate(rules[i]!, values[name]) : null));
    const there = names.flatMap((name, i) => (found[i] ? [{ name, i, date: found[i] }] : []));
    const place = new Map(there.map(({ i }, at) => [i, at]));
    // Dates that are not there put nothing in order.
    const pairs = order.flatMap(([a, b]) =>
      place.has(a) && place.has(b) ? [[place.get(a)!, place.get(b)!] as const] : [],
    );
    const aged = agedDates(
      there.map(({ date }) => date),
      pairs,
      step,
    );
    return there.flatMap(({ name, date }, at) => {
      if (aged[at] === date.text) return [];
      values[name] = aged[at];
      return [name];
    });
  };
}

/** What moves the dates within an array or an object. */
function nestedAger(field: FieldDefinition): Ager | null {
  if (field.type === 'object') {
    const age = rowAger(field.fields ?? []);
    return age && ((value, step) => (isObject(value) ? age(value, step) : value));
  }
  if (field.type !== 'array' || !field.items) return null;
  const element = itemField(field);
  if (isMoving(element)) return listAger(dateRule(element), field.unique_items === true);
  const age = nestedAger(element);
  return age && ((value, step) => (Array.isArray(value) ? value.map((each) => age(each, step)) : value));
}

/** The dates of a list move together; those that are to be different are kept in their order, so that no two become one. */
function listAger(rule: DateRule, areUnique: boolean): Ager {
  return (value, step) => {
    if (!Array.isArray(value)) return value;
    const dates = value.map((each) => readDate(rule, each));
    if (!dates.every((each): each is AgeingDate => each !== null)) return value;
    const sorted = dates.map((_, i) => i).sort((a, b) => compareInstants(dates[a]!.instant, dates[b]!.instant));
    return agedDates(dates, areUnique ? sorted.slice(1).map((i, at) => [sorted[at]!, i] as const) : [], step);
  };
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
