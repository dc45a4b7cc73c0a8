import { type Extent } from '../values/field-plan.js';
import { MAX_SPAN } from '../values/part.js';
import { type Deal, type KeyMembers, type Numbering, numbering, rankOf, rowPermutation } from './deal.js';
import { Permutation } from './permutation.js';

/**
 * Keys that all share some fields and nothing else: (user, product) and (user, email). Row numbers are cut into a shared
 * part s and a rest q; each key's own fields follow q, shifted by s. Rows with the same s have different q, so no key
 * repeats, and the tightest key is used up to its last combination. Null when the keys are not like that.
 */
export function dealStar(keys: readonly KeyMembers[], extents: readonly Extent[]): Deal | null {
  const shared = keys[0]!.filter((f) => keys.every((key) => key.includes(f)));
  const rests = keys.map((key) => key.filter((f) => !shared.includes(f)));
  const own = rests.flat();
  if (shared.length === 0 || new Set(own).size < own.length) return null;
  const hub = numbering(shared, extents);
  const arms = rests.map((rest) => numbering(rest, extents));
  const sizes = arms.map((arm) => hub.size * arm.size);
  const size = Math.min(MAX_SPAN, ...sizes);
  const tightest = sizes.indexOf(Math.min(...sizes));
  return {
    fields: [...shared, ...own],
    size,
    exact: hub.exact && arms[tightest]!.exact && size === sizes[tightest],
    boundBy: keys[tightest]!,
    open: (name, keyOf) => {
      const permuted = rowPermutation(name, size, keyOf(''));
      const ways = arms.map((arm, a) => armOf(arm, hub.size, keyOf(`arm ${a}`)));
      return (f, i, stream) => {
        const x = permuted(i);
        if (f < shared.length) return rankOf(hub.places[f]!, x % hub.size, stream);
        let rest = f - shared.length;
        let a = 0;
        while (rest >= arms[a]!.fields.length) rest -= arms[a++]!.fields.length;
        return rankOf(arms[a]!.places[rest]!, ways[a]!(x), stream);
      };
    },
  };
}

/** The combination of an arm for a row number: its q permuted, and shifted by a number that looks random and comes from s. */
function armOf(arm: Numbering, hubSize: number, key: { a: number; b: number }): (x: number) => number {
  const turn = new Permutation(Math.max(1, arm.size), key);
  const shift = new Permutation(Math.max(1, hubSize), { a: key.b, b: key.a });
  return (x) => (turn.at(Math.floor(x / hubSize)) + shift.at(x % hubSize)) % arm.size;
}
