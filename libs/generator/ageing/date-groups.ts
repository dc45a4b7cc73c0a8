import { type FieldDefinition, type RowRule } from '../definition/definition.js';
import { namesIn } from '../values/template.js';
import { expressionOf } from '../values/derived-values.js';
import { isMoving } from './date-group.js';

/** Date fields, by name, that move together. */
export interface DateGroup {
  readonly names: readonly string[];
  /** Pairs of places among them: the first must be earlier than the second. */
  readonly order: readonly (readonly [number, number])[];
}

/**
 * The date fields of a row, or of an object, that move with time: those with a moving bound, and those that are tied to one of
 * them by `after` or `before`, or by an expression or a rule that names both. What is between such dates stays as it is.
 */
export function movingGroups(fields: readonly FieldDefinition[], rules: readonly RowRule[] = []): DateGroup[] {
  if (!fields.some(isMoving)) return [];
  const dates = fields.filter(({ type, format }) => type === 'date' && format !== 'time');
  const byName = new Map(fields.map((field) => [field.name, field]));
  let groups = dates.map(({ name }) => new Set([name]));
  for (const names of ties(fields, byName, rules)) {
    const touched = groups.filter((group) => names.some((name) => group.has(name)));
    if (touched.length < 2) continue;
    groups = [...groups.filter((group) => !touched.includes(group)), new Set(touched.flatMap((group) => [...group]))];
  }
  return groups
    .filter((group) => [...group].some((name) => isMoving(byName.get(name)!)))
    .map((group) => orderedGroup([...group], byName));
}

function ties(
  fields: readonly FieldDefinition[],
  byName: ReadonlyMap<string, FieldDefinition>,
  rules: readonly RowRule[],
): string[][] {
  const reached = (names: readonly string[]): string[] =>
    names.flatMap((name) => [name, ...reached(madeOf(byName.get(name)!, byName))]);
  return [
    ...fields.map((field) => [field.name, ...reached(madeOf(field, byName))]),
    ...fields.flatMap(({ name, after, before }) => ((after ?? before) ? [[name, (after ?? before)!]] : [])),
    ...rules.map(({ check }) => reached(expressionOf(check, byName).needs)),
  ];
}

/** The fields that a template or an expression names. */
function madeOf(field: FieldDefinition, fields: ReadonlyMap<string, FieldDefinition>): readonly string[] {
  if (field.template !== undefined) return namesIn(field.template);
  return field.expression === undefined ? [] : expressionOf(field.expression, fields).needs;
}

function orderedGroup(names: readonly string[], byName: ReadonlyMap<string, FieldDefinition>): DateGroup {
  const order = names.flatMap((name, i): [number, number][] => {
    const { after, before } = byName.get(name)!;
    if (after !== undefined) return [[names.indexOf(after), i]];
    return before === undefined ? [] : [[i, names.indexOf(before)]];
  });
  return { names, order };
}
