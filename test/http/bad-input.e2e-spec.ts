import { request } from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import { startApi, type TestApi } from '../support/api.js';
import { ok } from '../support/project.js';
import { fill, type Ids, type Operation, readOperations } from './operations.js';
import { FIELDS, type Prepared, prepare, VALUES } from './prepared.js';
import { type Answer, authorizationOf, expectProblem, send } from './raw.js';

const UNKNOWN = '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10';
const NUL = '\0';
const LONE = '\uD800';

let test: TestApi;
let prepared: Prepared;
let operations: Operation[];
let admin: Client;
let projects: string;
let features: string;
let records: string;

beforeAll(async () => {
  test = await startApi();
  prepared = await prepare(test);
  operations = await readOperations(test);
  admin = prepared.project.as.admin;
  projects = '/api/v1/projects';
  features = `${projects}/${prepared.project.id}/features`;
  records = `/api/v1/schemas/${prepared.ids.schemas}/environments/${prepared.ids.environments}/test-data`;
});
afterAll(() => test.close());

const post = (path: string, body: unknown, headers?: Record<string, string>): Promise<Answer> =>
  send(test, 'POST', path, { as: admin, body, ...(headers && { headers }) });
const get = (path: string): Promise<Answer> => send(test, 'GET', path, { as: admin });
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const inside = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

function expectFields(answer: Answer, ...fields: Record<string, string>[]): void {
  expectProblem(answer, 422, 'request.invalid');
  expect(answer.json.errors).toMatchObject(fields);
}

describe('a body', () => {
  it('with a property that is not known is refused whole', async () => {
    const answer = await post(features, { name: 'unknown', project_id: UNKNOWN, extra: { deep: 1 } });
    expectFields(
      answer,
      { pointer: '/project_id', code: 'unknown_property' },
      { pointer: '/extra', code: 'unknown_property' },
    );
    expect((await get(`${features}?search=unknown`)).json.data).toEqual([]);
  });

  it.each([
    ['a wrong type', { name: 7 }, '/name', 'is_string'],
    ['a missing property', {}, '/name', 'is_string'],
    ['null where there must be something', { name: null }, '/name', 'is_string'],
    ['an empty text', { name: '' }, '/name', 'is_length'],
    ['a text that is too long', { name: 'x'.repeat(201) }, '/name', 'is_length'],
    ['no list', { name: 'a', schema_ids: 'x' }, '/schema_ids', 'is_array'],
    ['null for a list', { name: 'a', schema_ids: null }, '/schema_ids', 'is_array'],
    ['an id that is none', { name: 'a', schema_ids: ['x'] }, '/schema_ids', 'is_uuid'],
    ['the same id twice', { name: 'a', schema_ids: [UNKNOWN, UNKNOWN] }, '/schema_ids', 'array_unique'],
  ])('with %s says where and what', async (_, body, pointer, code) => {
    const answer = await post(features, body);
    expectProblem(answer, 422, 'request.invalid');
    expect(answer.json.errors).toContainEqual({ pointer, code, detail: expect.any(String) });
  });

  it('says where inside of it something is wrong', async () => {
    const path = `${projects}/${prepared.project.id}/schemas`;
    const answer = await post(path, { name: 'a', schema_definition: { fields: [...FIELDS, { name: 7, extra: 1 }] } });
    expectProblem(answer, 422);
    const pointers = answer.json.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers.every((pointer: string) => pointer.startsWith(`/schema_definition/fields/${FIELDS.length}/`))).toBe(
      true,
    );
  });

  it('names a property with a slash or a tilde as RFC 6901 does', async () => {
    expectFields(await post(features, { name: 'a', 'a/b~c': 1 }), { pointer: '/a~1b~0c', code: 'unknown_property' });
  });

  it.each([
    ['in a text', { name: `a${NUL}b` }, '/name'],
    ['in a list', { name: 'a', schema_ids: [NUL] }, '/schema_ids/0'],
    ['in a name', { name: 'a', [`x${NUL}`]: 1 }, ''],
    ['in a name further down', { name: 'a', x: [{ [NUL]: 1 }] }, '/x/0'],
  ])('with NUL %s is refused', async (_, body, pointer) => {
    expectFields(await post(features, body), { pointer, code: 'nul' });
  });

  it('with NUL or half a character in a record is refused', async () => {
    for (const [bad, code] of [
      [NUL, 'nul'],
      [LONE, 'lone_surrogate'],
      ['\uDC00\uD800', 'lone_surrogate'],
    ] as const) {
      const value = await post(records, { data_values: { ...VALUES, deep: { list: [bad] } } });
      expectFields(value, { pointer: '/data_values/deep/list/0', code });
      const key = await post(records, { data_values: { ...VALUES, [bad]: 1 } });
      expectFields(key, { pointer: '/data_values', code });
    }
    expect(Buffer.from(JSON.stringify(LONE)).toString()).toBe('"\\ud800"');
  });

  it('takes whole characters beyond the basic plane', async () => {
    const answer = await post(features, { name: 'feature 😀', description: '\u{10FFFF} ÿ' });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ name: 'feature 😀', description: '\u{10FFFF} ÿ' });
  });

  it.each([33, 1_000, 100_000])('that is %i deep is refused', async (depth) => {
    const answer = await post(features, `{"name":"a","x":${nested(depth)}}`);
    expectProblem(answer, 422, 'request.invalid');
    expect(answer.json.errors).toMatchObject([{ code: 'max_depth', detail: expect.stringContaining('32') }]);
    expectProblem(await post(records, `{"data_values":${inside(depth)}}`), 422, 'request.invalid');
  });

  it('that is 32 deep is only looked at', async () => {
    const answer = await post(features, `{"name":"a","x":${nested(31)}}`);
    expectFields(answer, { pointer: '/x', code: 'unknown_property' });
  });

  it.each(['[]', '[{"name":"a"}]', '"text"', '7', 'true', 'null'])('that is %s is no object', async (body) => {
    expectFields(await post(features, body), { pointer: '', code: 'is_object' });
  });

  it.each(['{', '{"name":"a"', "{'name':'a'}", '{"name":"a",}', 'name=a', '', '\uFEFF{}x', '{"a":NaN}'])(
    'that is %j is no JSON',
    async (body) => {
      expectProblem(await post(features, body), 400, 'request.malformed');
    },
  );

  it('that is no UTF-8 is not stored', async () => {
    const bytes = Buffer.concat([Buffer.from('{"name":"a'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect((await post(features, bytes)).status).toBeLessThan(500);
  });

  it('that reaches for a prototype is refused', async () => {
    for (const body of ['{"name":"a","__proto__":{"x":1}}', '{"name":"a","constructor":{"prototype":{"x":1}}}']) {
      const answer = await post(features, body);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expectProblem(answer, answer.status);
      expect(answer.status).toBeLessThan(500);
    }
    expect(({} as { x?: number }).x).toBeUndefined();
    expect((await get('/api/v1/users/profile')).json.x).toBeUndefined();
  });

  it.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])(
    'of the type %s is not taken',
    async (type) => {
      expectProblem(await post(features, '{"name":"a"}', { 'content-type': type }), 415, 'request.media_type');
    },
  );

  it('of more than 1 MiB is not taken, and one below is', async () => {
    const big = (size: number) => `{"name":"a","description":"${'x'.repeat(size)}"}`;
    expectProblem(await post(features, big(1_048_576)), 413, 'request.too_large');
    expectProblem(await post(features, big(1_048_000)), 422, 'request.invalid');
  });

  it('with very many mistakes gets an answer of some size only', async () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`p${i}`, 1]));
    const answer = await post(features, many);
    expectProblem(answer, 422);
    expect(answer.text.length).toBeLessThan(100_000);
  });
});

describe('an id in a path', () => {
  const bad = ['1', 'me', `${UNKNOWN}0`, UNKNOWN.slice(1), `%7B${UNKNOWN}%7D`, '%00', `${UNKNOWN}%00`, '%F0%9F%98%80'];

  it.each(bad)('that is %s is refused, wherever it stands', async (id) => {
    const targets = operations.filter(({ path, method }) => method === 'GET' && path.includes('{'));
    for (const { path, operationId } of targets) {
      for (const at of (path.match(/\{\w+\}/g) ?? []).keys()) {
        let seen = -1;
        const bent = path.replace(/\{\w+\}/g, (parameter) => ((seen += 1) === at ? id : parameter));
        const answer = await get(fill(bent, prepared.ids));
        expect({ operationId, at, status: answer.status }).toEqual({ operationId, at, status: 422 });
        expectProblem(answer, 422, 'request.invalid');
        expect(answer.json.errors).toMatchObject([{ parameter: expect.any(String), code: 'is_uuid' }]);
      }
    }
  });

  it('may be in upper case', async () => {
    const { ids } = prepared;
    const shouted = Object.entries(ids).map(([name, id]) => [name, id.toUpperCase()]);
    const upper = Object.fromEntries(shouted) as unknown as Ids;
    const targets = operations.filter(({ path, method }) => method === 'GET' && path.includes('{'));
    for (const { path, operationId } of targets) {
      const query = operationId === 'getRecordByKey' ? '?code=first' : '';
      const answer = await get(fill(path, upper) + query);
      expect({ operationId, status: answer.status }).toEqual({ operationId, status: 200 });
    }
    const made = await post(features, { name: 'upper', schema_ids: [ids.schemas.toUpperCase()] });
    expect(made.status).toBe(201);
    const twice = { name: 'twice', schema_ids: [ids.schemas.toUpperCase(), ids.schemas] };
    expect((await post(features, twice)).status).toBeGreaterThanOrEqual(409);
  });

  it('that nothing has answers 404 everywhere', async () => {
    const all = Object.fromEntries(Object.keys(prepared.ids).map((name) => [name, UNKNOWN])) as unknown as Ids;
    for (const { path, method, operationId } of operations.filter((one) => one.path.includes('{'))) {
      const answer = await send(test, method, fill(path, all), { as: admin });
      const isMissing = answer.status === 404 || (answer.status === 422 && path.includes('organizations'));
      expect({ operationId, isMissing }).toEqual({ operationId, isMissing: true });
      expectProblem(answer, answer.status);
    }
  });
});

describe('a query', () => {
  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=abc', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=abc', 'cursor'],
    ['cursor=', 'cursor'],
    ['cursor=LONG', 'cursor'],
    ['cursor=a&cursor=b', 'cursor'],
    ['cursor=%00', 'cursor'],
    ['unknown=1', 'unknown'],
  ])('with %s is refused by every list', async (query, parameter) => {
    for (const { path } of operations.filter(({ parameters }) => parameters?.some(({ name }) => name === 'cursor'))) {
      const answer = await get(`${fill(path, prepared.ids)}?${query.replace('LONG', 'a'.repeat(501))}`);
      expect({ path, status: answer.status }).toEqual({ path, status: 422 });
      expectProblem(answer, 422);
      expect(answer.json.errors).toContainEqual(expect.objectContaining({ parameter }));
    }
  });

  it('with NUL or broken characters is refused or finds nothing', async () => {
    expectProblem(await get(`${features}?search=%00`), 422, 'request.invalid');
    expectProblem(await get(`${records}?search=a%00b`), 422, 'request.invalid');
    for (const text of ['%ED%A0%80', '%FF', '%', '%zz', '%C3']) {
      for (const path of [features, records, '/api/v1/features']) {
        expect((await get(`${path}?search=${text}`)).status).toBeLessThan(500);
      }
    }
  });

  it('takes a search literally', async () => {
    await ok(api.createFeature({ client: admin, path: { projectId: prepared.project.id }, body: { name: '50%_\\' } }));
    const found = async (search: string) =>
      (await get(`${features}?search=${encodeURIComponent(search)}`)).json.data.map(
        (one: { name: string }) => one.name,
      );
    expect(await found('%')).toEqual(['50%_\\']);
    expect(await found('0%_\\')).toEqual(['50%_\\']);
    expect(await found("'; DROP TABLE features; --")).toEqual([]);
  });
});

describe('an address', () => {
  it('that leads nowhere answers 404', async () => {
    const { id } = prepared.project;
    for (const path of [
      '/',
      '/api',
      '/api/v1',
      '/api/v1/nothing',
      `/api/v1/projects/${id}/x`,
      '/api/v2/projects',
      '/health',
    ]) {
      expectProblem(await get(path), 404, 'request.no_such_route');
    }
    expectProblem(await send(test, 'PATCH', `/api/v1/projects/${id}`, { as: admin }), 404);
    expectProblem(await send(test, 'DELETE', projects, { as: admin }), 404);
    expectProblem(await get(`/api/v1/${'x'.repeat(5_000)}`), 404);
    expectProblem(await get(`/api/v1/projects/${'x'.repeat(500)}`), 414, 'request.uri_too_long');
  });

  it('that is no address answers with a problem too', async () => {
    for (const path of ['/api/v1/projects/%zz', '/%', '/api/v1/%c3']) {
      const answer = await get(path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expectProblem(answer, answer.status);
    }
  });

  it('of data does not take HEAD, however it is written, and nothing is handed out', async () => {
    const { features: feature, environments, schemas } = prepared.ids;
    const path = `/api/v1/features/${feature}/environments/${environments}/request-data`;
    const count = async () => (await test.db.query('SELECT id FROM test_data_requests')).length;
    const before = await count();
    const tails = ['', '?x=1', '#x', `/${schemas}`, `/${schemas}?x=1`, `/${schemas}#x`];
    for (const name of [path, path.replace('request-data', 'request%2Ddata'), path.replace('data', '%64ata')]) {
      for (const tail of tails) {
        const { status, allow } = await head(name + tail);
        expect({ address: name + tail, status, allow }).toEqual({ address: name + tail, status: 405, allow: 'GET' });
      }
    }
    expect(await count()).toBe(before);
    const asked = await get(path);
    expect(asked.status).toBe(200);
    expect(asked.headers.get('cache-control')).toContain('no-store');
    expect(await count()).toBe(before + 1);
  });

  it('of anything else answers HEAD like GET', async () => {
    expect((await head(projects)).status).toBe(200);
    expect((await head('/api/v1/nothing')).status).toBe(404);
  });
});

describe('a request', () => {
  it('that is no HTTP does not end the server', async () => {
    const { hostname, port } = new URL(test.url);
    await new Promise<void>((resolve) => {
      const socket = net.connect(Number(port), hostname, () => socket.end('NONSENSE\r\n\r\n'));
      socket.on('error', () => resolve()).on('close', () => resolve());
      socket.resume();
    });
    expect((await get('/health/live')).status).toBe(200);
  });

  it('has an id of its own, which nobody can choose', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => send(test, 'GET', projects, { headers: { 'x-request-id': 'mine' } })),
    );
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain('mine');
  });

  it('keeps what is wrong with it apart from what is wrong with another at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 ? post(features, { name: 7 }) : get(`${features}?limit=0`))),
    );
    for (const [i, { json }] of answers.entries()) {
      const place = i % 2 ? { pointer: '/name' } : { parameter: 'limit' };
      expect(json.errors[0]).toMatchObject(place);
    }
  });
});

/** HEAD with the address as it is: `fetch` would put it right. */
async function head(path: string): Promise<{ status: number; allow: string | undefined }> {
  const { hostname, port } = new URL(test.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method: 'HEAD', path, headers: { authorization: authorizationOf(admin) } });
    sent.on('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, allow: response.headers.allow });
    });
    sent.on('error', reject).end();
  });
}
