import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import words from './en.json' with { type: 'json' };
import { extractWords } from './extract.js';

describe('the word lists', () => {
  it('have every word once, and none that JSON or patterns would have to escape', () => {
    for (const [name, list] of Object.entries(words)) {
      expect([name, new Set(list).size]).toEqual([name, list.length]);
      expect([name, list.filter((text) => /["\\\u0000-\u001f]/.test(text))]).toEqual([name, []]);
    }
  });

  it('have the names that the extraction gives, and do not come from Faker when the library runs', () => {
    expect(Object.keys(extractWords())).toEqual(Object.keys(words));
    const root = join(import.meta.dirname, '..');
    const using = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && !file.endsWith('.spec.js'))
      .filter((file) => readFileSync(join(root, file), 'utf8').includes("from '@faker-js"));
    expect(using).toEqual([join('words', 'extract.js')]);
  });
});
