import { commerce } from './commerce.js';
import { finance } from './finance.js';
import { internet } from './internet.js';
import { type Kind } from './kind.js';
import { lookUp } from './names.js';
import { people } from './people.js';
import { places } from './places.js';
import { anyText, prose } from './prose.js';

/** All kinds of text, in one table. */
export const kinds: readonly Kind[] = [...people, ...places, ...commerce, ...finance, ...internet, ...prose];

const byName = new Map<string, Kind>();
for (const kind of kinds) {
  for (const name of kind.answersTo) {
    if (byName.has(name)) throw new Error(`two kinds answer to ${name}`);
    byName.set(name, kind);
  }
}

/** The kind that a field's name asks for: by the whole name, or by its last words (`shippingCity` is a `city`). */
export function kindFor(fieldName: string): Kind {
  return lookUp(byName, fieldName) ?? anyText;
}
