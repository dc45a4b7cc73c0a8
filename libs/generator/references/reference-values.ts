import { type FieldDefinition } from '../definition/definition.js';
import { type DerivedPlan, type FieldPlan } from '../values/field-plan.js';
import { own } from '../values/own.js';
import { jsonEscape } from '../values/part.js';
import { zipf } from '../values/zipf.js';
import { NoCandidatesError } from './no-candidates.js';

/**
 * References pick from the ids that the run was given, all equally likely unless a distribution prefers the first ones.
 * Without any, an optional reference stays null and a required one throws NoCandidatesError.
 */
export function referencePlan(field: FieldDefinition): FieldPlan {
  return {
    quoted: true,
    extent: (candidates) => ({ size: candidates, exact: true }),
    bind: ({ references, path }) => {
      const candidates = own(references, path) ?? [];
      const size = candidates.length;
      if (size === 0) {
        if (field.required) throw new NoCandidatesError(path);
        return null;
      }
      const { distribution } = field;
      const pick = distribution?.type === 'zipf' ? zipf(size, distribution.exponent ?? 1) : null;
      return {
        size,
        exact: true,
        at: (rank) => jsonEscape(candidates[rank]!),
        draw: (stream) => jsonEscape(candidates[pick ? pick(stream) : stream.below(size)]!),
      };
    },
  };
}

/** References to records, and to the rows of the run that stand before: the very first has nothing to refer to. */
export function earlierRowPlan(): DerivedPlan {
  return {
    needs: [],
    derive: ({ references, path, firstRow, idOf, streamAt }) => {
      const candidates = own(references, path) ?? [];
      return (i) => {
        const first = firstRow(i);
        const stream = streamAt(i);
        // From a row that was not kept, on to one before it.
        for (let before = i; ;) {
          const count = candidates.length + (idOf ? Math.max(0, before - first) : 0);
          if (count === 0) return 'null';
          const k = stream.below(count);
          if (k < candidates.length) return `"${jsonEscape(candidates[k]!)}"`;
          before = first + k - candidates.length;
          const id = idOf!(before);
          if (id !== null) return `"${jsonEscape(id)}"`;
        }
      };
    },
  };
}
