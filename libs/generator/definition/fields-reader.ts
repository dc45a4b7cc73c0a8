import { randomUUID } from 'node:crypto';
import { type FieldDefinition } from './definition.js';
import { readField } from './field-reader.js';
import { MAX_FIELDS } from './limits.js';
import { type Problems } from './reader.js';

/** Reads a list of fields, of a schema or of an object in it; each gets an id. */
export function readFields(input: unknown, pointer: string, problems: Problems, depth = 0): FieldDefinition[] {
  const at = `${pointer}/fields`;
  if (!Array.isArray(input)) {
    problems.add(at, 'fields.type', 'fields must be an array');
    return [];
  }
  if (input.length > MAX_FIELDS) {
    problems.add(at, 'fields.too_many', `a schema may have at most ${MAX_FIELDS} fields, not ${input.length}`);
    return [];
  }
  const fields: FieldDefinition[] = [];
  const names = new Set<string>();
  const ids = new Set<string>();
  input.forEach((each: unknown, index) => {
    const place = `${at}/${index}`;
    const field = readField(each, place, problems, depth);
    if (!field) return;
    if (field.name !== '' && names.has(field.name))
      problems.add(`${place}/name`, 'name.taken', `there is another field named ${field.name}`);
    if (field.id !== '' && ids.has(field.id))
      problems.add(`${place}/id`, 'id.taken', `there is another field with the id ${field.id}`);
    names.add(field.name);
    ids.add(field.id);
    if (field.id === '') field.id = randomUUID();
    fields.push(field);
  });
  return fields;
}
