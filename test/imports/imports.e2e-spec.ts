import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { startWorker } from '../support/worker.js';
import { importing } from './importing.js';

const USER = [
  { name: 'username', type: 'string' as const, regex: '^[a-z]{3,20}$', required: true },
  { name: 'email', type: 'string' as const, unique: true },
  { name: 'age', type: 'number' as const, min: 13, max: 120 },
];

describe('an import', () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    worker = await startWorker(test.db.url);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const given = async (fields: Parameters<TestProject['schema']>[1] = USER, options = {}) =>
    importing(test, project, (await project.schema('Imported', fields, options)).id);

  it('stores the good rows and lists the bad ones, which can be mended and sent again', async () => {
    const into = await given();
    const run = await into.run('username,email,age\nada,ada@x.org,36\nB,b@x.org,20\ncarl,carl@x.org,7\ndora,,\n');
    expect(run).toMatchObject({ error: null, state: 'succeeded', type: 'import', total: 4, done: 2, rejected: 2, schema_version: 1 });
    expect(run.result).toMatchObject({ inserted: 2, replaced: 0, skipped: 0, format: 'csv', delimiter: ',', dry_run: false });
    expect(run.files).toMatchObject([{ name: 'rejected.csv', rows: 2 }]);
    expect(await into.values()).toEqual([{ username: 'ada', email: 'ada@x.org', age: 36 }, { username: 'dora' }]);
    const rejected = await into.download(run.id, 'rejected.csv');
    expect(rejected.split('\n')).toEqual([
      '#line,#reasons,username,email,age',
      '3,"username must match ^[a-z]{3,20}$, which ""B"" does not",B,b@x.org,20',
      '4,"age must be at least 13, not 7",carl,carl@x.org,7',
      '',
    ]);
    const mended = await into.run(rejected.replace(',B,', ',bob,'));
    expect(mended).toMatchObject({ state: 'succeeded', total: 2, done: 1, rejected: 1 });
    expect(await into.download(mended.id, 'rejected.csv')).toBe(
      '#line,#reasons,username,email,age\n3,"age must be at least 13, not 7",carl,carl@x.org,7\n',
    );
    expect(await into.values()).toHaveLength(3);
  });
});
