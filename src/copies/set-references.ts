import type { CompiledSchema, Link } from '../../libs/generator/index.js';

/** By schema and id: the record that takes the place of a referenced one; where there is none, nothing. */
export type Successors = ReadonlyMap<string, string>;

/** References that lead to nothing were left out of the values; `broken` where the schema does not allow that. */
export interface SetReferences {
  values: Record<string, unknown>;
  /** The references that were left out. */
  lost: Link[];
  broken: boolean;
}

/**
 * The values with every reference leading to its successor. One without is left out: a property goes, an element of a list
 * goes. Where the record then breaks a rule that it kept before, it is broken. Throws nothing; the values given stay as they are.
 */
export function setReferences(
  schema: CompiledSchema,
  given: Record<string, unknown>,
  links: readonly Link[],
  successors: Successors,
): SetReferences {
  if (links.length === 0) return { values: given, lost: [], broken: false };
  const values = structuredClone(given);
  const lost: Link[] = [];
  // From the last on: an element that goes moves those behind it.
  for (const link of [...links].reverse()) {
    const successor = successors.get(`${link.schemaId} ${link.id.toLowerCase()}`);
    if (successor === undefined) lost.unshift(link);
    put(values, link.pointer, successor);
  }
  const broken = lost.length > 0 && schema.check(values).length > schema.check(given).length;
  return { values, lost, broken };
}

function put(values: unknown, pointer: string, id: string | undefined): void {
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop() ?? '';
  const parent = steps.reduce((at, step) => (at as Record<string, unknown>)[step], values);
  if (id !== undefined) (parent as Record<string, unknown>)[last] = id;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as Record<string, unknown>)[last];
}
