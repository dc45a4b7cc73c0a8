import type { FieldDefinition, SchemaDefinition } from '../../libs/generator/index.js';
import type { SearchKind } from './search.entity.js';

/** How the values of searchable fields are put in order, by the field's id. */
export function searchableFields({ fields }: SchemaDefinition): Map<string, SearchKind> {
  return new Map(fields.filter(({ searchable }) => searchable).map((field) => [field.id, searchKind(field)]));
}

/** How the values of a field are put in order. */
export function searchKind({ type, format, options = [] }: FieldDefinition): SearchKind {
  if (type === 'number' || (type === 'options' && options.every((each) => typeof each === 'number'))) return 'number';
  if (type === 'date' && format !== 'time') return 'moment';
  return type === 'reference' ? 'id' : 'text';
}

/** Whether other fields are searchable in one definition than in another, or in another way. */
export function searchDiffers(before: SchemaDefinition, after: SchemaDefinition): boolean {
  const listed = (definition: SchemaDefinition): string => JSON.stringify([...searchableFields(definition)].sort());
  return listed(before) !== listed(after);
}
