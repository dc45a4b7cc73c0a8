import { MAX_DEPTH } from './limits.js';
import { isPlainObject } from './reader.js';

/** What a reference to the schema that it stands in may be called: nobody knows the id of a schema that is yet to be made. */
export const SELF = 'self';

/** The definition as it was given, with the schema's id wherever a reference says `self`. Goes no deeper than definitions may. */
export function withSelf(input: unknown, id: string, depth = 0): unknown {
  if (!isPlainObject(input) || depth > MAX_DEPTH + 1) return input;
  const { reference_schema_id: target, items, fields } = input;
  return {
    ...input,
    ...(target === SELF ? { reference_schema_id: id } : {}),
    ...(items === undefined ? {} : { items: withSelf(items, id, depth + 1) }),
    ...(Array.isArray(fields) ? { fields: fields.map((field) => withSelf(field, id, depth + 1)) } : {}),
  };
}
