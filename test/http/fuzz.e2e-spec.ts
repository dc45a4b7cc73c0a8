import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startApi, type TestApi } from '../support/api.js';
import { testSettings } from '../../libs/config/test-settings.js';
import { fill, type Operation, readOperations } from './operations.js';
import { type Prepared, prepare } from './prepared.js';
import { expectProblem, send } from './raw.js';

const RUNS = testSettings().isLong ? 3_000 : 300;
/** Signing in hashes a password, which takes its time by design. */
const SLOW = ['signUp', 'signIn'];

let test: TestApi;
let prepared: Prepared;
let operations: Operation[];

beforeAll(async () => {
  test = await startApi();
  prepared = await prepare(test);
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
  ...[null, true, false, '', ' ', '0', '-1', 'null', '\0', '\uD800', '𝒳', 'x'.repeat(6_000), '1e400', '(a+)+$', '[', '^$'],
  ...[0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 1e12, [], {}, [[]], [null], [{}], { a: null }],
  ...['2026-02-30', '9999-12-31T23:59:59Z', 'https://', '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10', 'archived', 'active'],
  ...['string', 'number', 'date', 'boolean', 'options', 'reference', 'email', '00000000-0000-0000-0000-000000000000'],
];

/** A body that is anything, or the example of the document with one to three of its values replaced or taken away. */
function bodyFor(example: unknown): fc.Arbitrary<unknown> {
  const bends = fc.array(fc.tuple(fc.nat(), fc.option(anything(), { nil: undefined })), { minLength: 0, maxLength: 3 });
  const bent = bends.map((all) => all.reduce((body, [at, value]) => bend(body, at, value), structuredClone(example)));
  return fc.oneof({ weight: 1, arbitrary: anything() }, { weight: 4, arbitrary: bent });
}

/** Replaces one of the values in a JSON value, or takes it away. */
function bend(body: unknown, at: number, value: unknown): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const name of Object.keys(node)) {
      places.push([node as Record<string, unknown>, name]);
      walk((node as Record<string, unknown>)[name]);
    }
  };
  walk(body);
  const place = places[at % Math.max(places.length, 1)];
  if (!place) return value;
  const [parent, name] = place;
  if (value === undefined && !Array.isArray(parent)) delete parent[name];
  else parent[name] = structuredClone(value ?? null);
  return body;
}

it(`answers any body with a documented status and never breaks (${RUNS} runs)`, async () => {
  const byOperation = operations.map((operation) => ({
    operation,
    body: bodyFor(operation.requestBody?.content['application/json']?.example),
  }));
  const pick = fc.constantFrom(...byOperation.map((_, i) => i));
  const requests = fc.array(
    pick.chain((i) => fc.record({ i: fc.constant(i), body: byOperation[i]?.body ?? fc.constant({}) })),
    { minLength: 8, maxLength: 24 },
  );
  const property = fc.asyncProperty(requests, async (all) => {
    await Promise.all(all.map(({ i, body }) => attempt(byOperation[i]?.operation as Operation, body)));
  });
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
});

async function attempt(operation: Operation, body: unknown): Promise<void> {
  const { operationId, method, path, responses } = operation;
  const isShort = SLOW.includes(operationId) && (body as { password?: unknown } | null)?.password !== undefined;
  const given = isShort ? { ...(body as object), unknown: 1 } : body;
  const text = JSON.stringify(given) ?? 'null';
  const answer = await send(test, method, fill(path, prepared.ids), { as: prepared.project.as.admin, body: text });
  if (!(answer.status in responses)) {
    throw new Error(`${operationId} answered ${answer.status}, which is not documented, to ${text}: ${answer.text}`);
  }
  expect(answer.status).toBeLessThan(500);
  if (answer.status >= 400) expectProblem(answer, answer.status);
}
