import type { CompiledSchema, FieldDefinition, UniqueKey } from '../../libs/generator/index.js';

/**
 * SQL for the text under which a unique key of `values` is stored, null where it does not apply; null where PostgreSQL would
 * not write it as the generator does, as for numbers and moments.
 */
export function keyTextSql(schema: CompiledSchema, key: UniqueKey, values: string): string | null {
  const fields = key.fields.map((name) => schema.definition.fields.find((field) => field.name === name));
  const members = fields.map((field) => (field ? memberSql(field, values) : null));
  if (members.includes(null)) return null;
  const whole = members.length === 1 ? members[0] : `'[' || ${members.join(` || ',' || `)} || ']'`;
  return stored(`(${whole})`);
}

function memberSql(field: FieldDefinition, values: string): string | null {
  const texts = field.type === 'options' && field.options?.every((option) => typeof option !== 'number');
  if (!['string', 'boolean', 'reference'].includes(field.type) && !texts) return null;
  // Names of fields have no quotes.
  const text = `nullif(${values} -> '${field.name}', 'null')::text`;
  return field.type === 'reference' ? `lower(${text})` : text;
}

/** Texts of more than 500 UTF-16 units stand as their hash: a character beyond U+FFFF has two of them. */
function stored(text: string): string {
  const units = `length(${text}) + length(regexp_replace(${text}, '[\\u0001-\\uFFFF]', '', 'g'))`;
  const hash = `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;
  return `CASE WHEN octet_length(${text}) <= 500 OR ${units} <= 500 THEN ${text} WHEN ${text} IS NOT NULL THEN ${hash} END`;
}
