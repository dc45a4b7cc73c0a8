import { type FieldDefinition } from '../definition/definition.js';
import { shown } from '../definition/reader.js';
import { dateCheck } from './date-check.js';
import { arrayCheck, objectCheck } from './nested-check.js';
import { numberCheck } from './number-check.js';
import { stringCheck } from './string-check.js';

/** A rule that a value does not keep; the message goes on from the field's name. `pointer` leads into the value. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly pointer?: string;
}

/** Checks one value that is not null; null when nothing is wrong with it. `now`: what moving bounds are measured from. */
export type ValueCheck = (value: unknown, now: number) => Failure[] | null;

/** Compiles the check of a field's values, by themselves: what other fields have to say is not in it. */
export function valueCheck(field: FieldDefinition): ValueCheck {
  switch (field.type) {
    case 'string':
      return stringCheck(field);
    case 'number':
      return numberCheck(field);
    case 'date':
      return dateCheck(field);
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? null : wrongType(`true or false`, value));
    case 'options':
      return optionsCheck(field);
    case 'reference':
      return (value) =>
        typeof value === 'string' && UUID.test(value) ? null : wrongType('the id (UUID) of a record', value);
    case 'array':
      return arrayCheck(field);
    case 'object':
      return objectCheck(field);
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The failure of a value that is something else than the field holds. */
export function wrongType(expected: string, value: unknown): Failure[] {
  return [{ code: 'type', message: `must be ${expected}, not ${shown(value)}` }];
}

function optionsCheck(field: FieldDefinition): ValueCheck {
  const allowed = new Set<unknown>(field.options);
  const list = shown(field.options);
  return (value) =>
    allowed.has(value) ? null : [{ code: 'options', message: `must be one of ${list}, not ${shown(value)}` }];
}
