import type { FieldDefinition, ItemDefinition, Problem, SchemaDefinition } from '../../libs/generator/index.js';

/** What the generator can do and stocks cannot follow yet: refused here, so that no definition promises it. */
export function unsupportedRules({ fields }: SchemaDefinition): Problem[] {
  return fields.flatMap((field, i) => problemsOf(field, `/fields/${i}`, false));
}

function problemsOf(field: FieldDefinition | ItemDefinition, pointer: string, isNested: boolean): Problem[] {
  const found: Problem[] = [];
  const refuse = (rule: string, message: string): void => {
    found.push({ pointer: `${pointer}/${rule}`, code: `${rule}.unsupported`, message });
  };
  if (field.schema !== undefined)
    refuse('schema', 'other schemas cannot be embedded yet; give the fields of the object');
  if (field.earlier_rows) refuse('earlier_rows', 'references to earlier rows of the same run are not possible yet');
  if (isNested && field.reference_schema_id !== undefined) {
    refuse('reference_schema_id', 'references within arrays and objects are not possible yet');
  }
  const inner = field.fields?.flatMap((each, i) => problemsOf(each, `${pointer}/fields/${i}`, true)) ?? [];
  return [...found, ...inner, ...(field.items ? problemsOf(field.items, `${pointer}/items`, true) : [])];
}
