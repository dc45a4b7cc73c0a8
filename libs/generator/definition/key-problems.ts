import { bindingKeys, isUnique } from '../uniqueness/keys.js';
import { dateBounds } from '../values/date-bounds.js';
import { namesIn } from '../values/template.js';
import { type FieldDefinition, type SchemaDefinition } from './definition.js';
import { needsOf } from './dependencies.js';
import { itemCounts } from './nested-reader.js';
import { type Problems } from './reader.js';

/** Refuses keys whose fields cannot be promised to differ, saying why. */
export function checkKeys(definition: SchemaDefinition, problems: Problems): void {
  const byName = new Map(definition.fields.map((field) => [field.name, field]));
  const changing = fieldsThatChange(definition);
  const unique = new Set(definition.fields.filter(isUnique).map((field) => field.name));
  for (const key of bindingKeys(definition)) {
    const fields = key.fields.map((name) => byName.get(name)!);
    const pointer = pointerOf(definition, key.fields);
    const nested = fields.find((field) => field.type === 'array' || field.type === 'object');
    const earlier = fields.find(({ name }) => changing.has(name));
    if (nested) problems.add(pointer, 'unique.type', `${nested.name}: a field of type ${nested.type} cannot be unique`);
    else if (earlier)
      problems.add(
        pointer,
        'unique.earlier_rows',
        `${earlier.name}: what refers to earlier rows, or is made of it, cannot be unique`,
      );
    // One field that differs in every row is enough, whatever the others hold.
    else if (!fields.some((field) => isDifferent(field, byName, unique))) checkDealt(fields, pointer, problems);
  }
}

/** References to earlier rows, which may be given others to name when some were not kept, and what is made of them. */
function fieldsThatChange({ fields }: SchemaDefinition): ReadonlySet<string> {
  const found = new Set(fields.filter((field) => field.earlier_rows).map(({ name }) => name));
  const byName = new Map(fields.map((field) => [field.name, field]));
  for (let before = -1; found.size > before && found.size > 0;) {
    before = found.size;
    for (const field of fields) if (needsOf(field, byName).some((name) => found.has(name))) found.add(field.name);
  }
  return found;
}

/** Checks the fields of a key whose values are dealt out. */
function checkDealt(fields: readonly FieldDefinition[], pointer: string, problems: Problems): void {
  const odd = fields.find((field) => complaint(field) !== null);
  if (odd) return problems.add(pointer, complaint(odd)!.code, `${odd.name}: ${complaint(odd)!.message}`);
  const made = fields.find(isMade);
  if (!made) return;
  problems.add(
    pointer,
    'unique.derived',
    `${made.name}: what is made of other fields may come out the same; a template can be unique if it names one unique field or sequence, nothing else, and has no case`,
  );
}

function pointerOf(definition: SchemaDefinition, key: readonly string[]): string {
  const f = definition.fields.findIndex((field) => key.length === 1 && field.name === key[0] && isUnique(field));
  if (f >= 0) return `/fields/${f}/unique`;
  return `/unique/${(definition.unique ?? []).findIndex((fields) => fields.join('\u0000') === key.join('\u0000'))}`;
}

const isMade = (field: FieldDefinition): boolean =>
  [field.template, field.expression, field.after, field.before].some((rule) => rule !== undefined) ||
  field.earlier_rows === true;

/** Whether a derived field's values differ because of what it is. */
function isDifferent(
  field: FieldDefinition,
  fields: ReadonlyMap<string, FieldDefinition>,
  unique: ReadonlySet<string>,
): boolean {
  if (field.sequence) return true;
  if (field.template === undefined || field.case !== undefined) return false;
  const names = namesIn(field.template);
  const other = fields.get(names[0] ?? '');
  if (names.length !== 1 || !other || field.template.split(/\{[^{}]+\}/).length !== 2) return false;
  return isMade(other) || other.sequence ? isDifferent(other, fields, unique) : unique.has(other.name);
}

function complaint(field: FieldDefinition): { code: string; message: string } | null {
  const odds = (['distribution', 'weights', 'probability'] as const).find((rule) => field[rule] !== undefined);
  if (odds !== undefined && !(odds === 'distribution' && field.distribution?.type === 'uniform'))
    return {
      code: 'unique.weighted',
      message: `each value comes once if it is unique, so ${odds} cannot say how often`,
    };
  if (field.default !== undefined && field.null_rate)
    return { code: 'unique.default', message: 'rows without a value would all have the default' };
  const { low, high } = field.type === 'date' ? dateBounds(field) : { low: null, high: null };
  if (low && high && low.base !== high.base)
    return {
      code: 'unique.moving',
      message: 'how many dates there are depends on when the run starts; both bounds must move with it, or none',
    };
  return null;
}

/** Refuses lists of different elements that are longer than there are elements. `sizeOf` says how many there are, if that is known. */
export function checkItems(
  fields: readonly FieldDefinition[],
  pointer: string,
  problems: Problems,
  sizeOf: (field: FieldDefinition) => number | null,
): void {
  fields.forEach((field, f) => {
    const at = `${pointer}/fields/${f}`;
    if (field.type === 'object') return checkItems(field.fields ?? [], at, problems, sizeOf);
    if (field.type !== 'array' || !field.unique_items) return;
    const size = sizeOf(field);
    const { min } = itemCounts(field);
    if (size !== null && size < min)
      problems.add(
        `${at}/unique_items`,
        'unique_items.too_few',
        `${field.name}: there are only ${size} different elements, fewer than min_items ${min}`,
      );
  });
}
