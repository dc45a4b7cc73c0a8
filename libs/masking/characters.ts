/** Characters that may take each other's place, and where each stands among them. */
export interface Characters {
  readonly list: readonly string[];
  readonly places: ReadonlyMap<string, number>;
}

const DIGITS = charactersOf([...'0123456789']);
const LOWER = charactersOf([...'abcdefghijklmnopqrstuvwxyz']);
const UPPER = charactersOf([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']);
/** What stays apart among letters and numbers: a capital does not become a small letter. */
const CATEGORIES = [/^\p{Lu}$/u, /^\p{Ll}$/u, /^\p{Lt}$/u, /^\p{Lm}$/u, /^\p{Lo}$/u, /^\p{N}$/u];
/** Letters beyond ASCII are exchanged within stretches of so many code points: Cyrillic stays Cyrillic. */
const STRETCH = 128;

const known = new Map<string, Characters | null>();

/** Those with which a character may be exchanged: digits, capitals, small letters; null for what stays as it is. */
export function charactersLike(character: string): Characters | null {
  const code = character.codePointAt(0) as number;
  if (code < 128) {
    if (code >= 48 && code <= 57) return DIGITS;
    if (code >= 97 && code <= 122) return LOWER;
    return code >= 65 && code <= 90 ? UPPER : null;
  }
  const category = CATEGORIES.findIndex((each) => each.test(character));
  if (category < 0) return null;
  const first = code - (code % STRETCH);
  const key = `${first} ${category}`;
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = within(first, CATEGORIES[category] as RegExp)));
  return found;
}

/** Only for digits. */
export function digitsLike(character: string): Characters | null {
  return character >= '0' && character <= '9' && character.length === 1 ? DIGITS : null;
}

function within(first: number, category: RegExp): Characters | null {
  const codes = Array.from({ length: STRETCH }, (_, i) => String.fromCodePoint(first + i));
  return charactersOf(codes.filter((each) => each.charCodeAt(0) > 127 && category.test(each)));
}

function charactersOf(list: string[]): Characters {
  return { list, places: new Map(list.map((each, i) => [each, i])) };
}
