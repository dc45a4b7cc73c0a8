import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { SchemaResponse } from '../../libs/client/generated/types.gen.js';
import { send } from '../http/raw.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { secondEnvironment, stockOf } from './stock.js';

/** Texts that a shell, curl or a form would read something into. */
const HOSTILE = [
  `it's $(touch pwned) \`id\` "$HOME" \\ ; & | > < * ? ~ ! #`,
  '@/etc/passwd',
  '--data',
  "'; exit 3; '",
  'two\nlines\r\n\ttab',
  'a=b&c=d+e%41',
  '{a,b}[1-3]',
  'émile 💡',
  '',
  '-',
  '\u0001\u007f',
];

describe('a record', () => {
  let test: TestApi;
  let project: TestProject;
  let schema: SchemaResponse;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    schema = await project.schema(
      'Account',
      [
        { name: 'email', type: 'string', unique: true },
        { name: 'as_of', type: 'string', unique: true },
        { name: 'no', type: 'number' },
        { name: 'vip', type: 'boolean' },
        { name: 'day', type: 'date' },
      ],
      { unique: [['no', 'vip', 'day']] },
    );
  });
  afterAll(() => test.close());

  const where = () => ({ schemaId: schema.id, envId: project.environmentId });
  const byKey = (key: Record<string, string>) =>
    api.getRecordByKey({ client: project.as.reader, path: where(), query: { key } });

  it('is found by the values of a unique key, exactly', async () => {
    const stock = stockOf(test, project, schema.id);
    const made = await stock.create({ email: "o'hara+1@test.com", as_of: 'x', no: 1.5, vip: true, day: '2026-01-01' });
    expect(await ok(byKey({ email: "o'hara+1@test.com" }))).toEqual(made);
    expect(await ok(byKey({ as_of: 'x' }))).toEqual(made);
    expect(await ok(byKey({ no: '1.50', vip: 'true', day: '2026-01-01' }))).toEqual(made);
    const path = `/api/v1/schemas/${schema.id}/environments/${project.environmentId}/test-data/by-key`;
    const bare = await send(test, 'GET', `${path}?email=o%27hara%2B1@test.com&as_of=now`, { as: project.as.reader });
    expect(bare.json).toMatchObject({ id: made.id });
    expect((await send(test, 'GET', `${path}?email=a&email=b`, { as: project.as.reader })).status).toBe(422);
    expect((await send(test, 'GET', `${path}?email=a&as_of=then`, { as: project.as.reader })).status).toBe(422);
  });

  it('that is not there is said to be missing by its key', async () => {
    for (const email of ['nobody@test.com', "' OR 1=1 --", 'x'.repeat(3_000)]) {
      const missing = await problem(byKey({ email }));
      expect(missing).toMatchObject({ status: 404, code: 'record.not_found' });
      expect(missing.detail).toContain(`email = ${JSON.stringify(email)}`);
    }
    expect((await problem(byKey({ no: '2', vip: 'false', day: '2026-01-01' }))).detail).toContain(
      'no = 2 and vip = false and day = "2026-01-01"',
    );
    const staging = await secondEnvironment(project);
    const elsewhere = { path: { ...where(), envId: staging }, query: { key: { as_of: 'x' } } };
    const missing = await problem(api.getRecordByKey({ client: project.as.reader, ...elsewhere }));
    expect(missing).toMatchObject({ status: 404, code: 'record.not_found' });
    expect(missing.detail).toContain('Staging');
  });

  it('is not looked for by what is no key, and the answer names the keys', async () => {
    const wrong: Record<string, string>[] = [
      { no: '1' },
      { email: 'a', no: '1' },
      {},
      { constructor: 'x' },
      { "' OR 1=1": 'x' },
    ];
    for (const key of wrong) {
      const refused = await problem(byKey(key));
      expect(refused).toMatchObject({ status: 422, code: 'key.unknown' });
      expect(refused.detail).toContain('email; as_of; no and vip and day');
    }
    for (const key of [
      { no: 'one', vip: 'true', day: '2026-01-01' },
      { no: '1', vip: '1', day: '2026-01-01' },
    ]) {
      expect(await problem(byKey(key))).toMatchObject({ status: 422, code: 'key.invalid' });
    }
  });

  it('is a text: JSON, form fields with the names of what is in it, or a command', async () => {
    const nested = await project.schema('Nested', [
      { name: 'a b', type: 'string' },
      { name: 'address', type: 'object', fields: [{ name: 'city', type: 'string' }] },
      { name: 'lines', type: 'array', items: { type: 'object', fields: [{ name: 'sku', type: 'number' }] } },
      { name: 'none', type: 'string' },
    ]);
    const values = { 'a b': 'x&y', address: { city: 'Bonn' }, lines: [{ sku: 1 }, { sku: 2 }], none: null };
    const { id } = await stockOf(test, project, nested.id).create(values);
    const as = (query: Parameters<typeof api.getRecordAs>[0]['query']) =>
      ok(api.getRecordAs({ client: project.as.reader, path: { id }, query }));
    const json = await as({ format: 'json' });
    expect(json).toMatchObject({ format: 'json', media_type: 'application/json' });
    expect(JSON.parse((json as { text: string }).text)).toEqual(values);
    expect(await as({ format: 'form' })).toMatchObject({
      text: 'a+b=x%26y&address%5Bcity%5D=Bonn&lines%5B0%5D%5Bsku%5D=1&lines%5B1%5D%5Bsku%5D=2',
    });
    expect(await as({ format: 'form', names: 'dots' })).toMatchObject({
      text: 'a+b=x%26y&address.city=Bonn&lines.0.sku=1&lines.1.sku=2',
    });
    const plain = await send(test, 'GET', `/api/v1/test-data/${id}/as?format=form`, {
      as: project.as.reader,
      headers: { accept: 'text/plain' },
    });
    expect(plain.text).toContain('a+b=x%26y&');
    expect(plain.headers.get('content-type')).toContain('text/plain');
    for (const query of [
      { format: 'curl' },
      { format: 'curl', url: 'file:///etc/passwd' },
      { format: 'xml' },
      { format: 'curl', url: "http://x/ y'" },
    ]) {
      const refused = api.getRecordAs({ client: project.as.reader, path: { id }, query: query as never });
      expect((await problem(refused)).status).toBe(422);
    }
  });

  it('is a command that sends exactly its values, whatever they are, and runs nothing of them', async () => {
    const seen: { method?: string; url?: string; type?: string; body: string }[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        seen.push({ method: request.method!, url: request.url!, type: request.headers['content-type']!, body });
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const fields = HOSTILE.map((_, i) => ({ name: `f${i}`, type: 'string' as const }));
      const hostile = await project.schema('Hostile', fields);
      const values = Object.fromEntries(HOSTILE.map((value, i) => [`f${i}`, value]));
      const { id } = await stockOf(test, project, hostile.id).create(values);
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/it's/[1-3]/{a,b}?q=$(id)`;
      for (const body of ['json', 'form'] as const) {
        const query = { format: 'curl' as const, url, method: 'PUT' as const, body };
        const told = await ok(api.getRecordAs({ client: project.as.reader, path: { id }, query }));
        const shell = spawn('sh', ['-s'], { stdio: ['pipe', 'ignore', 'pipe'] });
        shell.stdin.end((told as { text: string }).text);
        const [errors, code] = await Promise.all([
          text(shell.stderr),
          new Promise<number | null>((resolve) => shell.on('close', resolve)),
        ]);
        expect({ code, errors: code === 0 ? '' : errors }).toEqual({ code: 0, errors: '' });
      }
      const [json, form] = seen;
      expect(seen).toHaveLength(2);
      expect(json).toMatchObject({ method: 'PUT', type: 'application/json' });
      expect(decodeURI(json?.url ?? '')).toBe("/it's/[1-3]/{a,b}?q=$(id)");
      expect(JSON.parse(json?.body ?? '')).toEqual(values);
      expect(form?.type).toBe('application/x-www-form-urlencoded');
      expect(Object.fromEntries(new URLSearchParams(form?.body))).toEqual(values);
    } finally {
      server.close();
    }
  });
});
