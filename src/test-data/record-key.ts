import { Invalid } from '../../libs/errors/errors.js';
import type { CompiledSchema, FieldDefinition, UniqueKey } from '../../libs/generator/index.js';

/** A unique key and the values under it that somebody asks for. */
export interface AskedKey {
  key: UniqueKey;
  /** By the names of its fields. */
  values: Record<string, unknown>;
  /** The same for people: `email = "a@test.com"`. */
  shown: string;
}

/** What the query of a look-up by key says. */
export interface KeyQuery {
  fields: Map<string, string>;
  asOf: string | undefined;
}

const BRACKETED = /^key\[(.*)\]$/s;
/** Fields of that name are asked for as `key[as_of]`. */
const AS_OF = 'as_of';

/** Reads `?email=…` and `?key[email]=…`, which generated clients send. Throws 422 where a field is given twice. */
export function readKeyQuery(query: Record<string, unknown>): KeyQuery {
  const fields = new Map<string, string>();
  let asOf: string | undefined;
  for (const [name, given] of Object.entries(query)) {
    const field = BRACKETED.exec(name)?.[1] ?? name;
    if (typeof given !== 'string' || fields.has(field)) throw wrongKey(name, 'repeated', `${name} must be given once`);
    if (name === AS_OF) asOf = given;
    else fields.set(field, given);
  }
  return { fields, asOf };
}

/** The key of exactly these fields. Throws 422 `key.unknown` naming those that there are, and `key.invalid` for values of other types. */
export function askedKey({ keys, definition }: CompiledSchema, given: ReadonlyMap<string, string>): AskedKey {
  const key = keys.find(({ fields }) => fields.length === given.size && fields.every((name) => given.has(name)));
  if (!key) {
    const known = keys.map(({ fields }) => fields.join(' and ')).join('; ') || 'none';
    const detail = `The query must name the fields of one unique key of the schema, and no others; there are: ${known}.`;
    throw new Invalid('key.unknown', detail, [{ parameter: 'key', code: 'unknown', detail }]);
  }
  const read = key.fields.map((name) => {
    const field = definition.fields.find((each) => each.name === name)!;
    return [name, valueOf(field, given.get(name) ?? '')] as const;
  });
  const shown = read.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(' and ');
  return { key, values: Object.fromEntries(read), shown };
}

/** The value that a text of a query stands for. */
function valueOf({ name, type, options = [] }: FieldDefinition, text: string): unknown {
  if (!text.isWellFormed() || text.includes('\u0000'))
    throw wrongKey(name, 'text', `${name} must be a text that can be stored`);
  switch (type) {
    case 'number': {
      const number = text.trim() === '' ? NaN : Number(text);
      if (!Number.isFinite(number)) throw wrongKey(name, 'number', `${name} must be a number`);
      return number;
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw wrongKey(name, 'boolean', `${name} must be true or false`);
      return text === 'true';
    case 'options':
      return options.find((each) => String(each) === text) ?? text;
    default:
      return text;
  }
}

function wrongKey(parameter: string, code: string, detail: string): Invalid {
  return new Invalid('key.invalid', `The key cannot be looked up: ${detail}.`, [{ parameter, code, detail }]);
}
