import fc from 'fast-check';
import { type DefinitionInput, fieldInput, type FieldInput } from './random-definitions.js';

const NEW = 'new field';

/** What is done to a definition: a field is added anywhere, left out, or renamed, or all of them are moved. */
export interface Edit {
  what: 'add' | 'remove' | 'move' | 'rename';
  at: number;
  added: FieldInput;
}

export const edit: fc.Arbitrary<Edit> = fc.record({
  what: fc.constantFrom('add', 'remove', 'move', 'rename'),
  at: fc.nat(),
  added: fieldInput(NEW),
});

/** The definition after an edit, and the fields that it did not touch; null where it would change what others are made of. */
export function edited(
  input: DefinitionInput,
  { what, at, added }: Edit,
): { definition: DefinitionInput; same: string[] } | null {
  const { fields } = input;
  const place = at % fields.length;
  const [before, target, behind] = [fields.slice(0, place), fields[place]!, fields.slice(place + 1)];
  const rest = [...before, ...behind].map(({ name }) => name);
  const all = fields.map(({ name }) => name);
  if (what === 'move') return { definition: { ...input, fields: [...behind, target, ...before] }, same: all };
  if (what === 'add') return { definition: { ...input, fields: [...before, added, target, ...behind] }, same: all };
  if (isTied(input, target)) return null;
  if (what === 'remove') return { definition: { ...input, fields: [...before, ...behind] }, same: rest };
  return { definition: { ...input, fields: [...before, { ...target, name: NEW }, ...behind] }, same: rest };
}

/**
 * Whether others depend on the field: a key or a rule names it, or something is made of it. What is required of an expression
 * ties the fields in it together as rules do, so expressions stay.
 */
function isTied({ fields, unique = [], rules = [] }: DefinitionInput, { name, expression }: FieldInput): boolean {
  const sources = fields.flatMap((field) => [field.template, field.expression]).concat(rules.map(({ check }) => check));
  return (
    expression !== undefined ||
    unique.some((key) => key.includes(name)) ||
    fields.some(({ after }) => after === name) ||
    sources.some((source) => String(source ?? '').includes(`{${name}}`) || String(source ?? '').includes(`\`${name}\``))
  );
}
