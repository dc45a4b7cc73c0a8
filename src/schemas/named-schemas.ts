import type { FieldDefinition, ItemDefinition, SchemaDefinition } from '../../libs/generator/index.js';

/** A place in a definition that names another schema. */
export interface NamedSchema {
  id: string;
  rule: 'reference_schema_id' | 'schema';
  /** JSON pointer to the field. */
  pointer: string;
  field: FieldDefinition | ItemDefinition;
}

/** Every place that names a schema, in objects and arrays too. */
export function namedSchemas({ fields }: SchemaDefinition): NamedSchema[] {
  return fields.flatMap((field, i) => namedIn(field, `/fields/${i}`));
}

function namedIn(field: FieldDefinition | ItemDefinition, pointer: string): NamedSchema[] {
  const { schema, reference_schema_id: target, items, fields = [] } = field;
  return [
    ...(schema === undefined ? [] : [{ id: schema, rule: 'schema' as const, pointer, field }]),
    ...(target === undefined ? [] : [{ id: target, rule: 'reference_schema_id' as const, pointer, field }]),
    ...(items ? namedIn(items, `${pointer}/items`) : []),
    ...fields.flatMap((each, i) => namedIn(each, `${pointer}/fields/${i}`)),
  ];
}
