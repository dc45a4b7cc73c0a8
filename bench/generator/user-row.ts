import { compile, type CompiledSchema, readDefinition, type SchemaDefinition } from '../../libs/generator/index.js';

export const NOW = Date.UTC(2026, 0, 15);
export const USERNAME = '^[a-zA-Z0-9_]{3,20}$';
/** What the rows of a benchmark's run depend on. */
export const RUN = { seed: 'bench', now: NOW };

const buffer = Buffer.alloc(4096);

/** Writes a text as UTF-8: a JavaScript string that nobody reads yet is only a promise of one. */
export function write(text: string): number {
  return buffer.write(text);
}

/** The definition of a User: seven fields, two of them unique if wanted. */
export function userDefinition(unique: boolean): SchemaDefinition {
  const key = unique ? { unique } : {};
  return definitionOf([
    { name: 'username', type: 'string', regex: USERNAME, required: true, ...key },
    { name: 'email', type: 'string', required: true, ...key },
    { name: 'password', type: 'string', regex: '^.{8,}$', required: true },
    { name: 'first_name', type: 'string', required: true },
    { name: 'last_name', type: 'string', required: true },
    { name: 'age', type: 'number', min: 13, max: 120 },
    { name: 'signup_date', type: 'date' },
  ]);
}

export function compiledUser(unique: boolean): CompiledSchema {
  return compile(userDefinition(unique));
}

/** Reads a definition that must be right. */
export function definitionOf(fields: object[]): SchemaDefinition {
  const { definition, problems } = readDefinition({ fields });
  if (!definition) throw new Error(JSON.stringify(problems));
  return definition;
}

/** Throws unless the text is a User: the seven fields in order, five texts, a whole number and a day. */
export function assertUser(text: string, from: string): void {
  const row = JSON.parse(text) as Record<string, unknown>;
  const { age, email, signup_date: day } = row;
  const names = ['username', 'email', 'password', 'first_name', 'last_name', 'age', 'signup_date'];
  const right =
    Object.keys(row).join() === names.join() &&
    names.every((name) => name === 'age' || (typeof row[name] === 'string' && row[name] !== '')) &&
    /^\S+@\S+\.\S+$/.test(String(email)) &&
    Number.isInteger(age) &&
    Number(age) >= 13 &&
    Number(age) <= 120 &&
    /^20[0-9]{2}-[0-9]{2}-[0-9]{2}$/.test(String(day));
  if (!right) throw new Error(`no User from ${from}: ${text}`);
}
