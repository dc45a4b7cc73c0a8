import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SchemaDefinitionDto } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { startWorker } from '../support/worker.js';
import { stockOf, type TestStock, together } from '../test-data/stock.js';
import { importing, type ImportQuery } from '../imports/importing.js';
import { exportFile, type ExportedFile, readCsv, readJsonLines } from './export-file.js';

type Values = Record<string, unknown>;

const RECORDS = 150;
const HOSTILE = [
  ...[
    '',
    ' ',
    "'",
    "''=1",
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n',
    '＝1',
    '"',
    '""',
    ',',
    ';',
    '\\.',
    '\\',
  ],
  ...['a\r\nb', '\ufeffbom', '😀', 'null', '{}', '\u0001\u0002', '"=1"', 'é', '\u202eabc', "-2+3+cmd|' /C calc'!A0"],
];
const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.array(fc.constantFrom(...HOSTILE, 'a', '1'), { maxLength: 4 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0') && text.isWellFormed()),
);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 3 });
const fields = (users: string): SchemaDefinitionDto['fields'] => [
  { name: 'text', type: 'string', required: true },
  { name: 'note', type: 'string' },
  { name: 'count', type: 'number' },
  { name: 'born', type: 'date', format: 'date' },
  { name: 'seen at', type: 'date', format: 'date-time' },
  { name: 'wakes', type: 'date', format: 'time' },
  { name: 'vip', type: 'boolean' },
  { name: 'choice', type: 'options', options: ['=a', '-b', 'c'] },
  { name: 'level', type: 'options', options: [-1, 2] },
  { name: 'owner', type: 'reference', reference_schema_id: users },
  { name: 'tags', type: 'array', items: { type: 'string' } },
  {
    name: 'ship_to',
    type: 'object',
    fields: [
      { name: 'city', type: 'string', required: true },
      { name: 'zip', type: 'string' },
      { name: 'box', type: 'number' },
    ],
  },
  { name: 'extra', type: 'object', fields: [{ name: 'a', type: 'string' }] },
  { name: 'dotted.name', type: 'object', fields: [{ name: 'b', type: 'string', required: true }] },
];
const TEXTS = ['text', 'note', 'born', 'seen at', 'wakes', 'choice', 'owner', 'ship_to.city', 'ship_to.zip'];

describe('an export', () => {
  let test: TestApi;
  let worker: Program;
  let project: TestProject;
  let stock: TestStock;
  let users: string;
  let records: Values[];
  let copies = 0;

  beforeAll(async () => {
    test = await startApi();
    worker = await startWorker(test.db.url);
    project = await givenProject(test);
    users = (await project.schema('User', [{ name: 'name', type: 'string' }])).id;
    const owners = await stockOf(test, project, users).sample(3);
    stock = stockOf(test, project, (await project.schema('Everything', fields(users))).id);
    const given = fc.sample(recordOf(owners.map(({ id }) => id)), RECORDS);
    await together(RECORDS, 4, (i) => stock.create(given[i] ?? {}));
    records = (await stock.rows()).map(({ data_values }) => data_values);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  /** What an import makes of the file in a schema of the same fields. */
  const importedAgain = async (file: ExportedFile, query: ImportQuery = {}): Promise<Values[]> => {
    const copy = importing(test, project, (await project.schema(`Again ${(copies += 1)}`, fields(users))).id);
    const run = await copy.run(file.text, query, file.name);
    expect(run).toMatchObject({ state: 'succeeded', done: RECORDS, rejected: 0 });
    return copy.values();
  };

  const recordOf = (owners: string[]): fc.Arbitrary<Values> =>
    fc.record(
      {
        text: hostile,
        note: optional(hostile),
        count: optional(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
        born: optional(fc.constantFrom('2024-02-29', '1999-12-31')),
        'seen at': optional(fc.constantFrom('2024-02-29T10:00:00Z', '2024-02-29T10:00:00.123+02:00')),
        wakes: optional(fc.constantFrom('06:30:00')),
        vip: optional(fc.boolean()),
        choice: optional(fc.constantFrom('=a', '-b', 'c')),
        level: optional(fc.constantFrom(-1, 2)),
        owner: optional(fc.constantFrom(...owners)),
        tags: optional(fc.array(hostile, { maxLength: 3 })),
        ship_to: optional(fc.record({ city: hostile, zip: optional(hostile), box: optional(fc.integer()) })),
        extra: optional(fc.record({ a: hostile }, { requiredKeys: [] })),
        'dotted.name': optional(fc.record({ b: hostile })),
      },
      { requiredKeys: ['text'] },
    );

  it.each([
    ['neutralised', true, ','],
    ['as it is', false, ','],
    ['with tabs', true, '\t'],
    ['with semicolons', false, ';'],
  ] as const)('as CSV, %s, tells every value of every type', async (_, neutralise_formulas, delimiter) => {
    const body = { format: 'csv', neutralise_formulas, delimiter } as const;
    const file = await exportFile(test, project.as.reader, stock.path, body);
    expect(file.name.endsWith('.neutralised.csv')).toBe(neutralise_formulas);
    expect(file.run).toMatchObject({ done: RECORDS, total: RECORDS });
    expect(readCsv(file, delimiter).map(valuesOf)).toEqual(records.map(withoutNulls));
    expect(await importedAgain(file)).toEqual(records.map(withoutNulls));
  });

  it('as CSV has no cell that a spreadsheet would run, but numbers', async () => {
    const file = await exportFile(test, project.as.reader, stock.path, { format: 'csv' });
    const cells = readCsv({ ...file, name: 'as-it-stands.csv' }).flatMap((row) =>
      Object.entries(row).filter(([name]) => !['count', 'level', 'ship_to.box'].includes(name)),
    );
    expect(cells.length).toBeGreaterThan(RECORDS);
    expect(cells.filter(([, cell]) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell ?? ''))).toEqual([]);
  });

  it('as JSON Lines tells every value', async () => {
    const file = await exportFile(test, project.as.reader, stock.path, { format: 'jsonl' });
    expect(readJsonLines(file.text)).toEqual(records);
    const names = fields('').map(({ name }) => name);
    const built = await exportFile(test, project.as.reader, stock.path, { format: 'jsonl', fields: names });
    expect(readJsonLines(built.text)).toEqual(records);
    expect(await importedAgain(file)).toEqual(records);
  });
});

/** The values that an import has to make of a row of cells. */
function valuesOf(row: Record<string, string | null>): Values {
  const values: Values = {};
  for (const [column, cell] of Object.entries(row)) {
    if (cell === null) continue;
    const value: unknown = TEXTS.includes(column) ? cell : JSON.parse(cell);
    if (column.startsWith('ship_to.')) values.ship_to = { ...(values.ship_to as Values), [column.slice(8)]: value };
    else values[column] = value;
  }
  return values;
}

function withoutNulls(values: Values): Values {
  const plain = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && 'city' in value
      ? withoutNulls(value)
      : value;
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, plain(value)]])),
  );
}
