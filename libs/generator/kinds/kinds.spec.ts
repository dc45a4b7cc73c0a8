import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../patterns/pattern.js';
import { Stream } from '../random/stream.js';
import { compiled } from '../testing/compiled.js';
import { remainder97 } from './check-digits.js';
import { kindFor, kinds } from './choose-kind.js';
import { type Piece } from './piece.js';
import { anyText } from './prose.js';

const NOW = Date.UTC(2026, 0, 15);
const stream = new Stream();
const seek = (i: number): Stream => {
  stream.seek({ a: 3, b: 4 }, i);
  return stream;
};
const unescaped = (text: string): string => JSON.parse(`"${text}"`) as string;
const value = (name: string, rules: object = {}, i = 0): string => {
  const schema = compiled({ fields: [{ name, type: 'string', ...rules }] });
  return JSON.parse(schema.rows({ seed: 1, now: NOW }).field(name, i)) as string;
};

/** Ranks at the start, at the end, and all over. */
function someRanks({ size }: Piece): number[] {
  const spread = Array.from({ length: 600 }, (_, k) => Math.floor((size / 600) * k));
  const ends = Array.from({ length: 600 }, (_, k) => [k, size - 1 - k]).flat();
  return [...new Set([...spread, ...ends])].filter((rank) => rank >= 0 && rank < size);
}

describe('every way of every kind', () => {
  const ways = [...kinds, anyText].flatMap((kind) =>
    kind.pieces.map((piece, k) => [`${kind.name} ${k}`, piece] as const),
  );

  it.each(ways)('%s: texts match the stated pattern, and different ranks give different texts', (_, writer) => {
    const piece = writer(NOW);
    const pattern = compilePattern(`^(?:${piece.source})$`);
    const ranks = someRanks(piece);
    const texts = ranks.map((rank) => piece.at(rank, seek(rank)));
    expect(new Set(texts).size).toBe(ranks.length);
    const drawn = Array.from({ length: 300 }, (_, i) => piece.draw(seek(i)));
    for (const text of [...texts, ...drawn]) {
      if (!pattern.matches(unescaped(text))) throw new Error(`${text} does not match ${piece.source}`);
    }
    expect(writer(0).source).toBe(piece.source);
    expect(writer(0).size).toBe(piece.size);
  });
});

describe('names', () => {
  it.each([
    ['email', 'email'],
    ['Email Address', 'email'],
    ['contactEmail', 'email'],
    ['shipping_city', 'city'],
    ['billing-postal-code', 'postal code'],
    ['customer_first_name', 'first name'],
    ['file_name', 'text'],
    ['card_holder', 'full name'],
    ['avatarURL', 'image'],
    ['something', 'text'],
  ])('%s asks for %s', (name, kind) => {
    expect(kindFor(name).name).toBe(kind);
  });
});

describe('rules and kinds', () => {
  it('a kind is used where all its texts keep the rules', () => {
    expect(value('username', { regex: '^[a-zA-Z0-9_]{3,20}$' })).toMatch(/^[a-z]+_[a-z]+\d*$/);
    expect(value('username', { regex: '^[a-z0-9]{3,20}$' })).toMatch(/^[a-z]+\d+$/);
    expect(value('email', { regex: '^[^@]+@[^@]+\\.[^@]+$' })).toMatch(
      /^[a-z]+\.[a-z]+\d*@(example\.(com|org|net)|test\.com)$/,
    );
    expect(value('password', { regex: '^.{8,}$' })).toMatch(/^[A-Z][a-z]+-[A-Z][a-z]+\d{4}[!?#*%+]$/);
    expect(value('expiry_date', { regex: '^(0[1-9]|1[0-2])/[0-9]{4}$' })).toMatch(/^\d\d\/20\d\d$/);
  });

  it('a word list keeps the words that pass', () => {
    for (let i = 0; i < 50; i++)
      expect(value('first_name', { regex: '^[A-C][a-z]{3}$' }, i)).toMatch(/^[A-C][a-z]{3}$/);
    expect(value('country', { max: 6 }).length).toBeLessThanOrEqual(6);
    expect(value('state', { regex: '^(Ohio|Iowa|Utah|Maine|Texas|Kansas)$' })).toMatch(/^[A-Z][a-z]+$/);
  });

  it('the pattern itself is used where no kind fits', () => {
    expect(value('city', { regex: '^[0-9]{3}$' })).toMatch(/^[0-9]{3}$/);
    expect(value('email', { max: 4 }).length).toBeLessThanOrEqual(4);
    expect(value('notes', { min: 500, max: 600 }).length).toBe(500);
  });

  it('a unique field has as many values as its pattern, or a thousand million', () => {
    const capacity = (name: string, rules: object = {}): bigint | undefined =>
      compiled({ fields: [{ name, type: 'string', unique: true, ...rules }] }).capacity()?.at_least;
    expect(capacity('sku', { regex: '^[A-Z][0-9]{2}$' })).toBe(2600n);
    expect(capacity('cvv', { regex: '^[0-9]{3,4}$' })).toBe(11_000n);
    expect(capacity('city', { regex: '^[a-b]{2}$' })).toBe(4n);
    for (const name of ['email', 'username', 'city', 'name', 'foo', 'phone', 'url', 'title'])
      expect(capacity(name)).toBeGreaterThanOrEqual(10n ** 9n);
    expect(capacity('country')).toBeLessThan(300n);
  });
});

describe('check digits and dates', () => {
  const digits = (text: string): number[] => [...text].map(Number);

  it('card numbers keep Luhn’s formula', () => {
    for (let i = 0; i < 50; i++) {
      const sum = digits(value('card_number', {}, i))
        .reverse()
        .reduce((total, digit, k) => total + (k % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2), 0);
      expect(sum % 10).toBe(0);
    }
  });

  it('IBANs are 1 modulo 97, as 4 at the end asks', () => {
    for (let i = 0; i < 50; i++) {
      const iban = value('iban', {}, i);
      expect(remainder97(`${iban.slice(4)}1314${iban.slice(2, 4)}`)).toBe(1);
    }
    expect(remainder97(`3704004405320130001314${'89'}`)).toBe(1);
  });

  it('EAN-13 sums to a multiple of ten', () => {
    for (let i = 0; i < 50; i++) {
      const sum = digits(value('barcode', {}, i)).reduce((total, digit, k) => total + digit * (k % 2 === 0 ? 1 : 3), 0);
      expect(sum % 10).toBe(0);
    }
  });

  it('cards expire after now', () => {
    for (let i = 0; i < 100; i++) {
      const [month, year] = value('expiry_date', {}, i).split('/').map(Number);
      expect(2000 * 12 + year! * 12 + month!).toBeGreaterThan(2026 * 12 + 1);
    }
  });
});
