import { type FieldError, Invalid } from '../../libs/errors/errors.js';
import type { CompiledSchema } from '../../libs/generator/index.js';

/** Throws 422 `values.invalid` unless every schema has the fields, and each value keeps its own field's rules. */
export function requireSettable(values: Record<string, unknown>, schemas: readonly CompiledSchema[]): void {
  const errors: FieldError[] = [];
  if (Object.keys(values).length === 0)
    errors.push({ pointer: '/values', code: 'empty', detail: 'at least one value must be given' });
  for (const schema of schemas) {
    for (const [name, value] of Object.entries(values)) {
      // By itself the value stands in no record: what is missing beside it is for the records to show.
      const at = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const problems = schema.check({ [name]: value }).filter(({ pointer }) => `${pointer}/`.startsWith(`${at}/`));
      for (const { pointer, code, message } of problems)
        errors.push({ pointer: `/values${pointer}`, code, detail: message });
    }
  }
  if (errors.length > 0) throw new Invalid('values.invalid', 'The values cannot be set; see errors.', errors);
}
