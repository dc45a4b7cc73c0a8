import { type Problem, type ReferenceField, type Resolve, referencesIn } from '../../libs/generator/index.js';

/**
 * Whether references that a row cannot do without lead from a schema back to itself: then no first record could ever be
 * made. Circles through an optional reference are fine.
 */
export function requiredCircle(ownId: string, resolve: Resolve): Problem[] {
  const definition = resolve(ownId);
  if (!definition) return [];
  const back = leadingTo(ownId, resolve);
  return neededReferences(ownId, resolve).flatMap(({ field, schemaId }): Problem[] => {
    if (!back.has(schemaId)) return [];
    const place = definition.fields.findIndex(({ name }) => field.split(/[/[]/)[0] === name);
    const rule = definition.fields[place]?.reference_schema_id === undefined ? '' : '/reference_schema_id';
    const message = `${field} is required and leads back to this schema through required references; make one of them optional`;
    return [{ pointer: `/fields/${place}${rule}`, code: 'reference.circle', message }];
  });
}

function neededReferences(id: string, resolve: Resolve): ReferenceField[] {
  const definition = resolve(id);
  return definition ? referencesIn(definition, resolve).filter(({ fewest }) => fewest > 0) : [];
}

/** The schemas from which required references lead to this one, itself included: each is looked at once. */
function leadingTo(ownId: string, resolve: Resolve): ReadonlySet<string> {
  const referrers = new Map<string, string[]>();
  const open = [ownId];
  const seen = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const { schemaId } of neededReferences(id, resolve)) {
      referrers.set(schemaId, [...(referrers.get(schemaId) ?? []), id]);
      if (!seen.has(schemaId)) (seen.add(schemaId), open.push(schemaId));
    }
  }
  const leading = new Set([ownId]);
  const wanted = [ownId];
  for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
    for (const referrer of referrers.get(id) ?? []) {
      if (!leading.has(referrer)) (leading.add(referrer), wanted.push(referrer));
    }
  }
  return leading;
}
