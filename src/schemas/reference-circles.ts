import type { Problem, SchemaDefinition } from '../../libs/generator/index.js';

/**
 * Whether required references lead from the definition back to itself: then no first record could ever be made.
 * Circles through an optional reference are fine.
 */
export function requiredCircle(
  definition: SchemaDefinition,
  others: ReadonlyMap<string, SchemaDefinition>,
  ownId: string | undefined,
): Problem[] {
  if (ownId === undefined) return [];
  return definition.fields.flatMap((field, i): Problem[] => {
    const target = field.required ? field.reference_schema_id : undefined;
    if (target === undefined || !leadsTo(target, ownId, others, new Set())) return [];
    const message = `${field.name} is required and leads back to this schema through required references; make one of them optional`;
    return [{ pointer: `/fields/${i}/reference_schema_id`, code: 'reference.circle', message }];
  });
}

function leadsTo(from: string, to: string, others: ReadonlyMap<string, SchemaDefinition>, seen: Set<string>): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const next = others.get(from)?.fields.filter((field) => field.required) ?? [];
  return next.some(
    (field) => field.reference_schema_id !== undefined && leadsTo(field.reference_schema_id, to, others, seen),
  );
}
