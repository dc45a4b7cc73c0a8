import { type Problem, type ReferenceField, type Resolve, referencesIn } from '../../libs/generator/index.js';

/**
 * Whether references that a row cannot do without lead from a schema back to itself: then no first record could ever be
 * made. Circles through an optional reference are fine.
 */
export function requiredCircle(ownId: string, resolve: Resolve): Problem[] {
  const definition = resolve(ownId);
  if (!definition) return [];
  return neededReferences(ownId, resolve).flatMap(({ field, schemaId }): Problem[] => {
    if (!leadsTo(schemaId, ownId, resolve, new Set())) return [];
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

function leadsTo(from: string, to: string, resolve: Resolve, seen: Set<string>): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return neededReferences(from, resolve).some(({ schemaId }) => leadsTo(schemaId, to, resolve, seen));
}
