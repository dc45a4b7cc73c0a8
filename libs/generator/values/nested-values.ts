import { type FieldDefinition } from '../definition/definition.js';
import { itemCounts } from '../definition/nested-reader.js';
import { type Stream } from '../random/stream.js';
import { NoCandidatesError } from '../references/no-candidates.js';
import { type FieldPlan, type RunInputs } from './field-plan.js';
import { type Part } from './part.js';

/** Makes the rows of an object's fields. */
export type RowsOf = (inputs: RunInputs) => { json(i: number): string };

/** Arrays and objects are no members of keys: their values are not numbered. */
const UNNUMBERED = {
  size: 1,
  exact: false,
  at: (): string => {
    throw new Error('arrays and objects have no numbered values');
  },
};

/**
 * An object is a row of its own, whose number is drawn: so each of its fields, too, depends on nothing but itself. Where
 * one of them has to refer to a record and there is none, an optional object stays null.
 */
export function objectPlan(field: FieldDefinition, rowsOf: RowsOf): FieldPlan {
  return {
    quoted: false,
    extent: () => UNNUMBERED,
    bind: (inputs) => {
      const rows = rowsUnlessEmpty(field, inputs, rowsOf);
      return rows && { ...UNNUMBERED, draw: (stream) => rows.json(Math.floor(stream.unit() * 2 ** 53)) };
    },
  };
}

function rowsUnlessEmpty(field: FieldDefinition, inputs: RunInputs, rowsOf: RowsOf): ReturnType<RowsOf> | null {
  try {
    return rowsOf(inputs);
  } catch (error) {
    if (field.required || !(error instanceof NoCandidatesError)) throw error;
    return null;
  }
}

/** A list of as many elements as the rules allow, all numbers of them equally likely. */
export function arrayPlan(field: FieldDefinition, item: FieldPlan): FieldPlan {
  const { min, max } = itemCounts(field);
  const quote = item.quoted ? '"' : '';
  return {
    quoted: false,
    extent: () => UNNUMBERED,
    bind: (inputs) => {
      const part = item.bind({ ...inputs, path: `${inputs.path}[]` });
      const most = part === null ? 0 : field.unique_items ? Math.min(max, part.size) : max;
      // Too few records for the shortest list: as with a single reference, there is no value.
      if (most < min && field.required) throw new NoCandidatesError(inputs.path);
      if (most < min) return null;
      if (part === null) return { ...UNNUMBERED, draw: () => '[]' };
      const pick = field.unique_items
        ? distinct(part)
        : (stream: Stream, count: number) => repeated(part, stream, count);
      return {
        ...UNNUMBERED,
        draw: (stream) => {
          const texts = pick(stream, min + stream.below(most - min + 1));
          return texts.length === 0 ? '[]' : `[${quote}${texts.join(`${quote},${quote}`)}${quote}]`;
        },
      };
    },
  };
}

function repeated(part: Part, stream: Stream, count: number): string[] {
  const texts: string[] = [];
  for (let k = 0; k < count; k++) texts.push(part.draw(stream));
  return texts;
}

/** `count` different elements without trying twice: R. Floyd's sampling (CACM 30:9, 1987), then shuffled by where they went. */
function distinct(part: Part): (stream: Stream, count: number) => string[] {
  return (stream, count) => {
    const ranks: number[] = [];
    for (let top = part.size - count; top < part.size; top++) {
      const rank = stream.below(top + 1);
      const chosen = ranks.includes(rank) ? top : rank;
      ranks.splice(stream.below(ranks.length + 1), 0, chosen);
    }
    return ranks.map((rank) => part.at(rank, stream));
  };
}
