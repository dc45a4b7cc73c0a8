import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startApi, type TestApi } from '../support/api.js';
import { testSettings } from '../../libs/config/test-settings.js';
import { fill, type Ids, type Operation, readDocument, readOperations, resolved } from './operations.js';
import { type Prepared, prepare } from './prepared.js';
import { expectProblem, send } from './raw.js';

const RUNS = testSettings().isLong ? 3_000 : 300;
/** Signing in hashes a password, which takes its time by design. */
const SLOW = ['signUp', 'signIn'];

const FIELDS = [
  { name: 'username', type: 'string', regex: '^[a-z]{3,20}$', required: true },
  { name: 'email', type: 'string', unique: true },
  { name: 'age', type: 'number', min: '13', max: 120 },
  { name: 'born', type: 'date', min: '2000-01-01', max: '2020-12-31' },
  { name: 'plan', type: 'options', options: ['free', 'paid'] },
  { name: 'vip', type: 'boolean' },
];
const DEFINITION = { fields: FIELDS, unique: [['age', 'plan']] };
const VALUES = { data_values: { username: 'ada', age: 36 } };

/** What succeeds as it is, for those whose documented example fits another project; NEW is another text most times. */
const BASES: Record<string, unknown> = {
  createOrganization: { name: 'NEW', slug: 'NEW', description: null },
  createProject: { name: 'NEW', description: 'text' },
  createEnvironment: { name: 'NEW', template: 'staging', slug: 'NEW', color: '#000000', is_protected: false },
  createFeature: { name: 'NEW', description: null },
  createSchema: { name: 'NEW', schema_definition: DEFINITION },
  updateSchema: { description: 'text', schema_definition: DEFINITION },
  createField: { field_name: 'NEW', field_type: 'string', is_required: false, min_value: '1', max_value: '20' },
  updateField: { field_type: 'string', validation_regex: '^[a-z]{3,20}$', is_required: false },
  createRecord: VALUES,
  updateRecord: VALUES,
  checkValues: VALUES,
};
/** They change a schema that the others should find unchanged. */
const EDITING = ['updateSchema', 'createField', 'updateField'];

let test: TestApi;
let prepared: Prepared;
let edited: Ids;
let news = 0;
let operations: Operation[];

beforeAll(async () => {
  test = await startApi();
  prepared = await prepare(test);
  edited = await prepared.fresh();
  operations = (await readOperations(test)).filter(({ requestBody }) => requestBody !== undefined);
});
afterAll(() => test.close());

/** Any JSON, with texts and numbers that are at the edge of something more often than chance has it. */
const anything = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
    { weight: 3, arbitrary: fc.constantFrom(...EDGES) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
    { weight: 1, arbitrary: fc.double() },
  );
const EDGES: unknown[] = [
  ...[
    null,
    true,
    false,
    '',
    ' ',
    '0',
    '-1',
    'null',
    '\0',
    '\uD800',
    '𝒳',
    'x'.repeat(6_000),
    '1e400',
    '(a+)+$',
    '[',
    '^$',
  ],
  ...[0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 1e12, [], {}, [[]], [null], [{}], { a: null }],
  ...['2026-02-30', '9999-12-31T23:59:59Z', 'https://', '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10', 'archived', 'active'],
  ...['string', 'number', 'date', 'boolean', 'options', 'reference', 'email', '00000000-0000-0000-0000-000000000000'],
];

const SHAPES: unknown[] = [null, 'x', [], {}, [[]], ...(testSettings().isLong ? [0, [{}], [null], [0]] : [])];

it.each(SHAPES)('refuses %j in place of any value of any body, or takes it', async (shape) => {
  const { schemas } = (await readDocument(test)).components;
  for (const operation of operations) {
    const media = operation.requestBody?.content['application/json'];
    const example = BASES[operation.operationId] ?? media?.example;
    const properties = Object.keys(resolved(media?.schema, schemas)?.properties ?? {});
    const names = properties.filter((name) => !Object.hasOwn(example as object, name));
    const swapped = places(example).map((_, at) => bend(structuredClone(example), at, shape));
    const added = names.map((name) => ({ ...(example as object), [name]: shape }));
    for (const body of [shape, ...swapped, ...added]) await attempt(operation, body);
  }
});

/** A body that is anything, or the example of the document with one to three of its values replaced or taken away. */
function bodyFor(example: unknown): fc.Arbitrary<unknown> {
  const bends = fc.array(fc.tuple(fc.nat(), fc.option(anything(), { nil: undefined })), { minLength: 0, maxLength: 3 });
  const bent = bends.map((all) => all.reduce((body, [at, value]) => bend(body, at, value), structuredClone(example)));
  return fc.oneof({ weight: 1, arbitrary: anything() }, { weight: 4, arbitrary: bent });
}

/** Replaces one of the values in a JSON value, or takes it away. */
function bend(body: unknown, at: number, value: unknown): unknown {
  const all = places(body);
  const place = all[at % Math.max(all.length, 1)];
  if (!place) return value;
  const [parent, name] = place;
  if (value === undefined && !Array.isArray(parent)) delete parent[name];
  else parent[name] = structuredClone(value ?? null);
  return body;
}

/** Where the values in a JSON value stand. */
function places(node: unknown): [Record<string, unknown>, string][] {
  if (typeof node !== 'object' || node === null) return [];
  const parent = node as Record<string, unknown>;
  return Object.keys(parent).flatMap((name) => [[parent, name] as [typeof parent, string], ...places(parent[name])]);
}

it(`answers any body with a documented status and never breaks (${RUNS} runs)`, async () => {
  const byOperation = operations.map((operation) => ({
    operation,
    body: bodyFor(BASES[operation.operationId] ?? operation.requestBody?.content['application/json']?.example),
  }));
  const pick = fc.constantFrom(...byOperation.map((_, i) => i));
  const requests = fc.array(
    pick.chain((i) => fc.record({ i: fc.constant(i), body: byOperation[i]?.body ?? fc.constant({}) })),
    { minLength: 3, maxLength: 6 },
  );
  const property = fc.asyncProperty(requests, async (all) => {
    await reopen();
    await Promise.all(all.map(({ i, body }) => attempt(byOperation[i]?.operation as Operation, body)));
  });
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
}, 600_000);

/** Every third time one that is taken, since what is unique has to be refused rightly too. */
function newText(): string {
  news += 1;
  return news % 3 === 0 ? '"taken"' : `"n${news}"`;
}

/** Brings back what a body of the run before may have archived: everything would answer 409 from then on. */
async function reopen(): Promise<void> {
  const tables = ['organizations', 'projects', 'environments', 'data_schemas', 'features'];
  await test.db.query(
    tables.map((table) => `UPDATE ${table} SET status = 'active' WHERE status = 'archived'`).join('; '),
  );
}

async function attempt(operation: Operation, body: unknown): Promise<void> {
  const { operationId, method, path, responses } = operation;
  const isShort = SLOW.includes(operationId) && (body as { password?: unknown } | null)?.password !== undefined;
  const given = isShort ? { ...(body as object), unknown: 1 } : body;
  const text = (JSON.stringify(given) ?? 'null').replaceAll('"NEW"', newText);
  const ids = EDITING.includes(operationId) ? edited : prepared.ids;
  const answer = await send(test, method, fill(path, ids), { as: prepared.project.as.admin, body: text });
  if (!(answer.status in responses)) {
    throw new Error(`${operationId} answered ${answer.status}, which is not documented, to ${text}: ${answer.text}`);
  }
  expect(answer.status).toBeLessThan(500);
  if (answer.status >= 400) expectProblem(answer, answer.status);
}
