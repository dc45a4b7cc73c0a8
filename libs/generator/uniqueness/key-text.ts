/** The canonical text of a key: the JSON text of its value, or of the array of its values; null where one is missing. */
export function keyText(members: readonly (string | null)[]): string | null {
  if (members.includes(null)) return null;
  return members.length === 1 ? members[0]! : `[${members.join()}]`;
}
