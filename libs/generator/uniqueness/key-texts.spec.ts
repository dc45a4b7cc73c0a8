import { describe, expect, it } from '@jest/globals';
import { compiled } from '../testing/compiled.js';

const NOW = Date.UTC(2026, 0, 15, 10, 30);
const IDS = Array.from({ length: 4 }, (_, k) => `00000000-0000-4000-8000-00000000010${k}`);
const field = (name: string, type: string, rules: object = {}): object => ({ name, type, ...rules });

describe('the texts of a key', () => {
  it('are those that rows have under it, each once', () => {
    const schema = compiled({
      fields: [
        field('code', 'string', { regex: '^["a-c]{1,2}$', unique: true }),
        field('country', 'string', { unique: true }),
        field('price', 'number', { min: 0, max: '2.5', step: '0.25', unique: true }),
        field('day', 'date', { min: 'now-30d', max: 'now', unique: true }),
        field('at', 'date', { format: 'time', min: '10:00:00', max: '10:00:30', unique: true }),
        field('user', 'reference', { reference_schema_id: IDS[0], unique: true }),
        field('color', 'options', { options: ['red', 2, true] }),
        field('big', 'boolean'),
      ],
      unique: [['color', 'big']],
    });
    for (const [k, { id, fields }] of schema.keys.entries()) {
      const texts = [...schema.keyTexts(id, { now: NOW, references: { user: IDS } })!];
      // Alone, so that no other key ends the rows before all values have come up.
      const alone = compiled({
        fields: schema.definition.fields.map((each) => ({ ...each, unique: fields[0] === each.name && k < 6 })),
        ...(k < 6 ? {} : { unique: [fields] }),
      });
      const rows = alone.rows({ seed: 1, now: NOW, references: { user: IDS } });
      const size = Number(alone.capacity({ user: IDS.length })!.at_least);
      const made = Array.from({ length: size }, (_, i) => rows.withKeys(i).keys[0]!);
      expect(texts.sort()).toEqual(made.sort());
    }
  });

  it('are not listed where there are too many, or where the key is made of other fields', () => {
    const schema = compiled({
      fields: [
        field('code', 'string', { regex: '^[A-Z]{12}$', unique: true }),
        field('n', 'number', { sequence: { start: 1, step: 1 }, unique: true }),
        field('label', 'string', { template: 'N{n}', unique: true }),
      ],
    });
    for (const { id } of schema.keys) expect(schema.keyTexts(id, { now: NOW })).toBeNull();
    expect(schema.keyTexts('no key', { now: NOW })).toBeNull();
  });

  it('are none where an optional reference has nothing to name', () => {
    const user = field('user', 'reference', { reference_schema_id: IDS[0], unique: true });
    const schema = compiled({ fields: [user] });
    expect([...schema.keyTexts(schema.keys[0]!.id, { now: NOW })!]).toEqual([]);
  });

  it('of which some are taken are the others in the rows, to the last', () => {
    const two = [field('gate', 'options', { options: ['a', 'b', 'c', 'd', 'e'] }), field('big', 'boolean')];
    const schema = compiled({
      fields: [...two, field('n', 'number', { min: 1, max: 9, unique: true })],
      unique: [['gate', 'big']],
    });
    const lists = schema.keys.map(({ id }) => [...schema.keyTexts(id, { now: NOW })!]);
    const places = [
      [0, 1, 2, 8],
      [0, 3, 4, 7, 9],
    ];
    const taken = Object.fromEntries(schema.keys.map(({ id }, k) => [id, places[k]!]));
    const rows = schema.rows({ seed: 1, now: NOW, taken });
    const made = Array.from({ length: 5 }, (_, i) => rows.withKeys(i).keys);
    schema.keys.forEach((_, k) => {
      const left = lists[k]!.filter((_text, place) => !places[k]!.includes(place));
      expect(made.map((keys) => keys[k]).sort()).toEqual(left.sort());
    });
    expect(() => rows.json(5)).toThrow('can tell only 5 rows apart');
  });
});
