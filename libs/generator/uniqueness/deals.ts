import { type Extent } from '../values/field-plan.js';
import { type Deal, dealAlone, type KeyMembers } from './deal.js';
import { dealStar } from './deal-star.js';
import { dealWeb } from './deal-web.js';

/** How keys are dealt: those that share fields, directly or through others, together. `takenOf` says what dealAlone leaves out. */
export function dealsOf(
  keys: readonly KeyMembers[],
  extents: readonly Extent[],
  takenOf: (key: KeyMembers) => readonly number[] = () => [],
): Deal[] {
  return groupsOf(keys).map((group) => {
    if (group.length === 1) return dealAlone(group[0]!, extents, takenOf(group[0]!));
    const star = dealStar(group, extents);
    const web = star?.exact ? null : dealWeb(group, extents);
    return star && (!web || star.size >= web.size) ? star : web!;
  });
}

/** Sets of keys without a field in common, in the order of their first keys. */
function groupsOf(keys: readonly KeyMembers[]): KeyMembers[][] {
  const groups: KeyMembers[][] = [];
  for (const key of keys) {
    const touching = groups.filter((group) => group.some((other) => other.some((f) => key.includes(f))));
    const merged = [...touching.flat(), key];
    if (touching.length === 0) groups.push(merged);
    else {
      groups[groups.indexOf(touching[0]!)] = merged;
      for (const group of touching.slice(1)) groups.splice(groups.indexOf(group), 1);
    }
  }
  return groups;
}
