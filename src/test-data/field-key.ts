import type { FieldDefinition } from '../../libs/generator/index.js';
import type { FieldName } from '../schemas/field-name.js';

/**
 * SQL for the name under which a row of `test_data` has a field's value, whichever version of the schema it was made with.
 * `names` are all that the schema's fields have ever had, `add` makes parameters of values.
 */
export function fieldKey(
  { id, name }: Pick<FieldDefinition, 'id' | 'name'>,
  names: readonly FieldName[],
  add: (value: unknown) => string,
  row = 'record',
): string {
  const own = names.filter((each) => each.id === id);
  const isSimple = own.length < 2 && names.every((each) => each.id === id || each.name !== name);
  if (isSimple) return `${add(name)}::text`;
  const cases = own.map(
    (each) => `WHEN ${row}.schema_version = ANY (${add(each.versions)}::integer[]) THEN ${add(each.name)}::text`,
  );
  return `(CASE ${cases.join(' ')} END)`;
}
