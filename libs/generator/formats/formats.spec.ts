import { describe, expect, it } from '@jest/globals';
import { readDefinition, TEXT_FORMATS } from '../index.js';
import { compiled } from '../testing/compiled.js';
import { inCase } from './letter-case.js';

const NOW = Date.UTC(2026, 0, 15);
const texts = (rules: object, count = 200): string[] => {
  const rows = compiled({ fields: [{ name: 'x', type: 'string', ...rules }] }).rows({ seed: 1, now: NOW });
  const name = (rules as { name?: string }).name ?? 'x';
  return Array.from({ length: count }, (_, i) => JSON.parse(rows.field(name, i)) as string);
};
const failing = (rules: object, x: unknown): string[] =>
  compiled({ fields: [{ name: 'x', type: 'string', ...rules }] })
    .check({ x })
    .map(({ code }) => code);
const problems = (rules: object): string[] =>
  readDefinition({ fields: [{ name: 'x', type: 'string', ...rules }] }).problems.map(({ code }) => code);

describe('formats', () => {
  it.each(TEXT_FORMATS)('%s: generated texts pass the check, unique ones too, and none comes twice', (format) => {
    const schema = compiled({ fields: [{ name: 'x', type: 'string', format }] });
    const unique = compiled({ fields: [{ name: 'x', type: 'string', format, unique: true }] });
    const capacity = Number(unique.capacity()!.at_least);
    const seen = new Set<string>();
    for (let i = 0; i < 300; i++) {
      expect(schema.check(JSON.parse(schema.rows({ seed: 5, now: NOW }).json(i)))).toEqual([]);
      const row = JSON.parse(unique.rows({ seed: 5, now: NOW }).json(i)) as { x: string };
      expect(unique.check(row)).toEqual([]);
      seen.add(row.x);
    }
    expect(seen.size).toBe(300);
    expect(capacity).toBeGreaterThan(10_000);
  });

  it.each([
    ['email', ['a@b.co', "o'neil+x@mail.example.org"], ['a@b', 'a b@c.de', '@b.co', 'a@@b.co', 'a..b@c.de', 'a@-b.co']],
    ['uuid', ['0198c0de-0000-7000-8000-00000000ABCD'], ['0198c0de-0000-7000-8000-00000000ABC', 'x']],
    ['url', ['https://example.com', 'HTTP://a.b:80/c?d=e#f'], ['ftp://a.b', 'https://', 'https://a b', 'example.com']],
    ['hostname', ['localhost', 'a-b.example.com'], ['-a.com', 'a..b', `${'a'.repeat(64)}.com`, 'a_b']],
    ['ipv4', ['0.0.0.0', '255.255.255.255'], ['256.0.0.1', '1.2.3', '01.2.3.4']],
    ['ipv6', ['::', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4'], [':', '1::2::3', '1:2:3:4:5:6:7', 'g::', '1.2.3.4::', '12345::', ':1:2:3:4:5:6:7']],
    ['mac', ['02:00:5e:10:00:01'], ['02:00:5e:10:00']],
    ['slug', ['a', 'red-apple-7'], ['-a', 'a--b', 'A']],
    ['phone', ['+1-212-555-0123', '(030) 123456', '+49 30 1234567'], ['12345', 'abc', '+']],
    ['iban', ['DE89370400440532013000', 'GB82WEST12345698765432'], ['DE88370400440532013000', 'DE8937040044053201300']],
    ['card_number', ['4111111111111111', '4111 1111 1111 1111'], ['4111111111111112', '411111111111']],
    ['ean13', ['4006381333931'], ['4006381333932', '400638133393']],
    ['hex_color', ['#fff', '#A1b2C3'], ['#ffff', 'fff']],
  ])('%s accepts %j and refuses %j', (format, right, wrong) => {
    for (const text of right) expect([text, failing({ format }, text)]).toEqual([text, []]);
    for (const text of wrong) expect([text, failing({ format }, text)]).toEqual([text, ['format']]);
  }); // prettier-ignore

  it('go with a pattern and lengths as far as that is proven, and are refused otherwise', () => {
    for (const text of texts({ format: 'email', regex: '@test\\.com$' })) expect(text).toMatch(/@test\.com$/);
    for (const text of texts({ format: 'card_number', min_length: 19 })) expect(text).toHaveLength(19);
    expect(problems({ format: 'uuid', max_length: 10 })).toEqual(['format.no_match']);
    expect(problems({ format: 'postcode' })).toEqual(['format.invalid']);
  });

  it('take long hostile texts in linear time', () => {
    const start = performance.now();
    for (const format of TEXT_FORMATS)
      for (const part of ['a@', 'a.', '1-', ':', '::1']) failing({ format }, part.repeat(4000).slice(0, 10_000));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('letter case', () => {
  it.each(['lower', 'upper', 'title'] as const)('%s: all texts are in it, also those that are unique', (letterCase) => {
    for (const name of ['first_name', 'email', 'title', 'notes', 'username', 'x']) {
      for (const unique of [false, true]) {
        const found = texts({ name, case: letterCase, unique }, 150);
        for (const text of found) expect(text).toBe(inCase(text, letterCase));
        if (unique) expect(new Set(found).size).toBe(150);
      }
    }
  });

  it('is checked', () => {
    expect(failing({ case: 'upper' }, 'ABc')).toEqual(['case']);
    expect(failing({ case: 'title' }, "O'neil Ist 2Nd")).toEqual([]);
    expect(failing({ case: 'title' }, 'mcDonald')).toEqual(['case']);
  });

  it('that a pattern cannot promise is refused', () => {
    expect(problems({ case: 'upper', regex: '^[a-z]{3}$' })).toEqual(['case.no_match']);
    expect(problems({ case: 'upper', regex: '^[A-Z]{3}$' })).toEqual([]);
    expect(problems({ case: 'camel' })).toEqual(['case.invalid']);
  });
});

describe('lengths', () => {
  it('may be called min_length and max_length', () => {
    for (const text of texts({ min_length: 7, max_length: '9' }))
      expect(text.length >= 7 && text.length <= 9).toBe(true);
    expect(failing({ min_length: 3, max_length: 4 }, 'ab')).toEqual(['min']);
    expect(problems({ min_length: 3, min: 3 })).toEqual(['min_length.conflict']);
    expect(problems({ min_length: 5, max_length: 4 })).toEqual(['min_length.above_max']);
  });
});
