import { type FieldDefinition } from '../definition/definition.js';
import { type FieldPlan } from '../values/field-plan.js';
import { jsonEscape } from '../values/part.js';

/** A required reference field was given no record to refer to. */
export class NoCandidatesError extends Error {
  constructor(readonly field: string) {
    super(`the required reference ${field} has no record to refer to`);
    this.name = 'NoCandidatesError';
  }
}

/**
 * References pick from the ids that the run was given, all equally likely. Without any, an optional reference stays null
 * and a required one throws NoCandidatesError.
 */
export function referencePlan(field: FieldDefinition): FieldPlan {
  return {
    quoted: true,
    extent: (candidates) => ({ size: candidates, exact: true }),
    bind: ({ candidates }) => {
      const size = candidates.length;
      if (size === 0) {
        if (field.required) throw new NoCandidatesError(field.name);
        return null;
      }
      return {
        size,
        exact: true,
        at: (rank) => jsonEscape(candidates[rank]!),
        draw: (stream) => jsonEscape(candidates[stream.below(size)]!),
      };
    },
  };
}
