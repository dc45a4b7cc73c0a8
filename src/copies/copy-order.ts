import type { ReferenceField } from '../../libs/generator/index.js';

interface Referring {
  id: string;
  references: readonly Pick<ReferenceField, 'schemaId' | 'fewest'>[];
}

/**
 * Referenced schemas before those that refer to them. Where references go in circles, those that a record cannot do without
 * come first: they form none, since definitions that would are refused.
 */
export function inOrderOfReference<T extends Referring>(schemas: readonly T[]): T[] {
  const left = new Map(schemas.map((schema) => [schema.id, schema]));
  const ordered: T[] = [];
  while (left.size > 0) {
    const all = [...left.values()];
    const waits = ({ id, references }: T, fewest: number): boolean =>
      references.some((each) => each.fewest >= fewest && each.schemaId !== id && left.has(each.schemaId));
    const next = all.find((schema) => !waits(schema, 0)) ?? all.find((schema) => !waits(schema, 1));
    if (!next) throw new Error('Required references go in a circle');
    left.delete(next.id);
    ordered.push(next);
  }
  return ordered;
}
