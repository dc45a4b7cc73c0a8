import type { ItemDefinition } from '../../libs/generator/index.js';
import { withoutMark } from '../../libs/row-files/formulas.js';

/** Reads the text of a cell as a value of a field; undefined is no value. What cannot be read stays text, for the check to refuse. */
export type ReadCell = (text: string) => unknown;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const BOOLEANS = new Map<string, boolean>([
  ...(['true', '1', 'yes'] as const).map((text) => [text, true] as const),
  ...(['false', '0', 'no'] as const).map((text) => [text, false] as const),
]);
/** Digits that every number keeps. */
const SURE_DIGITS = 15;

/** How cells of a field are read. `undoes`: whether the mark of neutralised texts is taken away. */
export function cellReader(field: ItemDefinition, undoes: boolean): ReadCell {
  switch (field.type) {
    case 'string':
      return undoes ? withoutMark : (text) => text;
    case 'number':
      return readNumber;
    case 'boolean':
      return (text) => BOOLEANS.get(text.trim().toLowerCase()) ?? text;
    case 'options':
      return optionReader(field.options ?? [], undoes);
    case 'date':
    case 'reference':
      return (text) => text.trim();
    case 'array':
    case 'object':
      return readJson;
  }
}

function readNumber(text: string): unknown {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return text;
  const value = Number(trimmed);
  // A number that would silently become another one stays text.
  if (trimmed.length > SURE_DIGITS && significant(trimmed) !== significant(String(value))) return text;
  return value;
}

/** The digits that matter: 1200 and 0.12 have two. Of numbers with an exponent those before it. */
function significant(text: string): string {
  const digits = text.replace(/[eE].*$/, '').replace(/[^\d.]/g, '');
  const whole = digits.includes('.') ? digits.replace(/0+$/, '') : digits;
  return whole.replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
}

function optionReader(options: readonly (string | number | boolean)[], undoes: boolean): ReadCell {
  // Texts last: where "1" and 1 are both options, the text wins.
  const ordered = [...options].sort((a, b) => Number(typeof a === 'string') - Number(typeof b === 'string'));
  const byText = new Map(ordered.map((option) => [String(option), option]));
  return (text) => {
    const plain = undoes ? withoutMark(text) : text;
    return byText.get(plain) ?? byText.get(plain.trim()) ?? plain;
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
