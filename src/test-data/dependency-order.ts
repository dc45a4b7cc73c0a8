import type { CompiledSchema } from '../../libs/generator/index.js';

interface Dependent {
  schemaId: string;
  schema: Pick<CompiledSchema, 'references'>;
}

/**
 * The schemas so that each comes after those of them that it refers to. Where optional references lead in a circle, the first
 * by its id of those that can do without goes ahead: it names records that are there already. Required references lead in no
 * circle, which the definitions see to.
 */
export function inDependencyOrder<T extends Dependent>(schemas: readonly T[]): T[] {
  const open = [...schemas].sort((a, b) => (a.schemaId < b.schemaId ? -1 : 1));
  const ordered: T[] = [];
  while (open.length > 0) {
    const free = [0, 1].map((needed) => open.findIndex((each) => !waits(each, open, needed)));
    ordered.push(...open.splice(Math.max(0, free.find((place) => place >= 0) ?? 0), 1));
  }
  return ordered;
}

/** Whether it refers to another one that is still open, by references that need so many records at least. */
function waits({ schemaId, schema }: Dependent, open: readonly Dependent[], needed: number): boolean {
  const others = new Set(open.map((each) => each.schemaId).filter((id) => id !== schemaId));
  return schema.references.some((each) => each.fewest >= needed && others.has(each.schemaId));
}
