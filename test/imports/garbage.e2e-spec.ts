import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { authorizationOf, expectProblem, send } from '../http/raw.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { until } from '../support/until.js';
import { startWorker } from '../support/worker.js';
import { importing, type TestImport } from './importing.js';

const MOST = 30_000_000;
const FIELDS = [
  { name: 'name', type: 'string' as const },
  { name: 'age', type: 'number' as const },
];
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), randomBytes(5_000)]);

describe('what is no file of rows', () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;
  let into: TestImport;
  let route: string;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'imports-'));
    test = await startApi({ TESTLAKE_DIR: folder, MAX_IMPORT_BYTES: String(MOST), MAX_RUN_ROWS: '500000' });
    project = await givenProject(test);
    worker = await startWorker(test.db.url, { TESTLAKE_DIR: folder });
    const { id } = await project.schema('Garbage', FIELDS);
    into = importing(test, project, id);
    route = `/api/v1/schemas/${id}/environments/${project.environmentId}/import-csv`;
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
    await rm(folder, { recursive: true });
  });

  const storedRuns = async (): Promise<string[]> => {
    const runs = path.join(folder, 'files', 'runs');
    return existsSync(runs) ? readdir(runs) : [];
  };

  it.each<[what: string, content: () => string | Uint8Array, code: string, detail: string]>([
    ['a PNG named .csv', () => PNG, 'import.not_text', 'a PNG image'],
    ['noise', () => Buffer.concat([Buffer.from([1, 0, 2]), randomBytes(100_000)]), 'import.not_text', 'no text'],
    ['a compressed file', () => gzipSync('name,age\nada,36\n'), 'import.not_text', 'a gzip archive'],
    ['nothing', () => '', 'import.empty', 'empty'],
    ['a header alone', () => 'name,age\n', 'import.no_rows', 'no rows'],
    ['blank lines', () => '\n\n\n', 'import.header', 'header'],
    ['a million columns', () => `${'a,'.repeat(1_000_000)}b\n1\n`, 'import.too_many_columns', 'at most 1000'],
    [
      '1001 columns',
      () => `${Array.from({ length: 1_001 }, (_, i) => `c${i}`).join()}\n1\n`,
      'import.too_many_columns',
      '1001',
    ],
    ['two columns of a name', () => 'name,name\na,b\n', 'import.duplicate_column', '"name"'],
    ['two columns for a field', () => 'name,age,age \na,1,2\n', 'import.duplicate_column', '"age"'],
    ['an unknown column', () => 'name,shoe\na,1\n', 'import.unknown_column', '"shoe"'],
    ['a column without a name', () => 'name,\na,1\n', 'import.unknown_column', 'column 2'],
    [
      'an open quote',
      () => `name,age\n"${'x,1\n'.repeat(2_000_000)}`,
      'import.row_too_long',
      'on line 2 is longer than 1048576 bytes. A quote',
    ],
    ['an open quote near the end', () => 'name,age\nada,1\n"bob,2\ncarl,3\n', 'import.quote_not_closed', 'line 3'],
    ['an open quote in the header', () => 'name,"age\nada,1\n', 'import.header', 'quote'],
    ['a row of megabytes', () => `name\n${'x'.repeat(2_000_000)}\n`, 'import.row_too_long', '1048576'],
    [
      'text that stops being UTF-8',
      () => Buffer.concat([Buffer.from(`name\n${'a\n'.repeat(300_000)}`), Buffer.from([0xe9, 0x0a])]),
      'import.encoding',
      'Line 300002',
    ],
    ['a broken array', () => '[{"name":"a"},{"name":"b"}', 'import.json', 'not closed'],
    ['too many rows', () => `name\n${'a\n'.repeat(500_001)}`, 'import.too_many_rows', '500000'],
  ])('is refused at once, and nothing is left of it: %s', async (_, content, code, detail) => {
    const runs = await storedRuns();
    const answer = await into.refuse(content());
    expect(answer).toMatchObject({
      status: 422,
      code,
      detail: expect.stringContaining(detail),
      errors: [{ pointer: '/file' }],
    });
    expect(await storedRuns()).toEqual(runs);
    expect(
      await test.db.query(`SELECT id FROM job_runs WHERE type = 'import' AND params ->> 'upload' IS NULL`),
    ).toEqual([]);
  });

  it('is refused where the request is not of its kind', async () => {
    const as = project.as.writer;
    expectProblem(await send(test, 'POST', route, { as, body: { file: 'name' } }), 415, 'request.media_type');
    const form = (body: string) =>
      send(test, 'POST', route, { as, body, headers: { 'content-type': 'multipart/form-data; boundary=x' } });
    const part = (name: string, file: string) =>
      `--x\r\ncontent-disposition: form-data; name="${name}"; filename="a"\r\n\r\n${file}\r\n`;
    expectProblem(await form(`${part('other', 'name\na\n')}--x--\r\n`), 422, 'request.invalid');
    expectProblem(await form('--x--\r\n'), 422, 'request.invalid');
    expectProblem(await form('nonsense'), 400, 'request.malformed');
    expectProblem(await form(part('file', 'name\na\n')), 400, 'request.malformed');
    const large = await into.refuse(`name\n${`${'abcdefgh'.repeat(10)}\n`.repeat(MOST / 80)}`);
    expect(large).toMatchObject({ status: 413, code: 'request.too_large' });
    expect(await storedRuns()).toEqual([]);
  });

  it('is refused row by row where only rows are wrong', async () => {
    const run = await into.run('name,age\nada,1\nbob\ncarl,2,3\nx"y,4\n"dora" ,5\nzero\0,6\n"ella",7\n');
    expect(run).toMatchObject({ state: 'succeeded', total: 7, done: 2, rejected: 5 });
    const rejected = (await into.download(run.id, 'rejected.csv')).split('\n').slice(1, -1);
    for (const [i, original] of ['bob', 'carl,2,3', 'x"y,4', '"dora" ,5', 'zero\0,6'].entries()) {
      expect(rejected[i]?.endsWith(`",${original}`)).toBe(true);
    }
    for (const [i, reason] of [
      '1 field instead of 2',
      '3 fields instead of 2',
      'quote in the middle',
      'behind its closing quote',
      'NUL',
    ].entries()) {
      expect(rejected[i]).toContain(reason);
    }
  });

  it('takes UTF-16 without a mark, Windows-1252, and old line breaks', async () => {
    const { id } = await project.schema('Encoded', FIELDS);
    const own = importing(test, project, id);
    const text = 'name,age\nJosé,36\nZoë,40\n';
    for (const content of [
      Buffer.from(text, 'utf16le'),
      Buffer.from(text, 'latin1'),
      Buffer.from(`\uFEFF${text}`),
      text.replaceAll('\n', '\r'),
    ]) {
      expect(await own.run(content)).toMatchObject({ state: 'succeeded', done: 2, rejected: 0 });
    }
    const values = await own.values();
    expect(values).toHaveLength(8);
    for (const [i, { name }] of values.entries()) expect(name).toBe(i % 2 === 0 ? 'José' : 'Zoë');
  });

  it('leaves nothing behind where the upload breaks off', async () => {
    const before = await storedRuns();
    const { hostname, port } = new URL(test.url);
    const headers = {
      authorization: authorizationOf(project.as.writer),
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': '100000000',
    };
    const request = http.request({ hostname, port, path: route, method: 'POST', headers });
    request.on('error', () => undefined);
    request.write('--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\n');
    for (let i = 0; i < 20; i += 1)
      await new Promise((resolve) => request.write(`${'abcdefgh'.repeat(10)}\n`.repeat(10_000), resolve));
    await until(async () => (await storedRuns()).length > before.length, 'the beginning of the file to be kept');
    request.destroy();
    await until(async () => (await storedRuns()).length === before.length, 'it to be removed');
    const runs = await ok(api.listRuns({ client: project.as.writer, query: { type: 'import', state: 'running' } }));
    expect(runs.data).toEqual([]);
  });
});
