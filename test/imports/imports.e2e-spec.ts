import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
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
  let schemas = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    worker = await startWorker(test.db.url);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const given = async (fields: Parameters<TestProject['schema']>[1] = USER) =>
    importing(test, project, (await project.schema(`Imported ${(schemas += 1)}`, fields)).id);

  it('stores the good rows and lists the bad ones, which can be mended and sent again', async () => {
    const into = await given();
    const run = await into.run('username,email,age\nada,ada@x.org,36\nB,b@x.org,20\ncarl,carl@x.org,7\ndora,,\n');
    expect(run).toMatchObject({
      error: null,
      state: 'succeeded',
      type: 'import',
      total: 4,
      done: 2,
      rejected: 2,
      schema_version: 1,
    });
    expect(run.result).toMatchObject({
      inserted: 2,
      replaced: 0,
      skipped: 0,
      format: 'csv',
      delimiter: ',',
      dry_run: false,
    });
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

  it('reads the types of fields from text', async () => {
    const into = await given([
      { name: 'text', type: 'string' },
      { name: 'number', type: 'number' },
      { name: 'flag', type: 'boolean' },
      { name: 'day', type: 'date' },
      { name: 'level', type: 'options', options: ['low', 2, true] },
      { name: 'tags', type: 'array', items: { type: 'string' } },
      {
        name: 'ship_to',
        type: 'object',
        fields: [
          { name: 'city', type: 'string' },
          { name: 'zip', type: 'number' },
        ],
      },
    ]);
    const header = 'text;number;flag;day;level;tags;ship_to.city;ship_to.zip';
    const rows = [
      ' padded ; -1.50 ; YES ; 2024-08-14 ;low;"[""a"",""b""]";Paris; 75001',
      '"";1e3;0;2024-08-14T10:00:00Z;2;;;',
      ';;;;true;[];"";7',
      'x;1,5;maybe;14.08.2024;high;a|b;Bonn;x',
      'x;12345678901234567890;;;;;;',
    ];
    const run = await into.run(`${header}\n${rows.join('\n')}`);
    expect(run).toMatchObject({ state: 'succeeded', done: 3, rejected: 2, result: { delimiter: ';' } });
    expect(await into.values()).toEqual([
      {
        text: ' padded ',
        number: -1.5,
        flag: true,
        day: '2024-08-14',
        level: 'low',
        tags: ['a', 'b'],
        ship_to: { city: 'Paris', zip: 75001 },
      },
      { text: '', number: 1000, flag: false, day: '2024-08-14T10:00:00Z', level: 2 },
      { level: true, tags: [], ship_to: { city: '', zip: 7 } },
    ]);
    const rejected = (await into.download(run.id, 'rejected.csv')).split('\n');
    expect(rejected[0]).toBe(`#line;#reasons;${header}`);
    for (const said of [
      'number must be a number, not ""1,5""',
      'flag must be true or false',
      'day must be',
      'level must be one of',
      'tags must be a list',
      'ship_to: zip must be a number',
    ]) {
      expect(rejected[1]).toContain(said);
    }
    expect(rejected[1]?.endsWith(`;${rows[3]}`)).toBe(true);
    expect(rejected[2]).toContain('12345678901234567890');
  });

  it('takes columns by a mapping, passes others over when told to, and files without a header', async () => {
    const into = await given();
    const content = 'Name,E-Mail,Shoe size\nada,ada@x.org,39\n';
    const mapping = JSON.stringify({ Name: 'username', 'E-Mail': 'email' });
    expect(await into.refuse(content)).toMatchObject({ status: 422, code: 'import.unknown_column' });
    expect(await into.refuse(content, { mapping })).toMatchObject({ code: 'import.unknown_column' });
    expect(await into.run(content, { mapping, ignore_unknown: true })).toMatchObject({ state: 'succeeded', done: 1 });
    const bare = await into.run('bob,,30\ncarla,x@y.org,9\n', { header: false, columns: 'username,,age' });
    expect(bare).toMatchObject({ done: 1, rejected: 1 });
    expect(await into.download(bare.id, 'rejected.csv')).toBe(
      '#line,#reasons,username,,age\n2,"age must be at least 13, not 9",carla,x@y.org,9\n',
    );
    expect(await into.values()).toEqual([
      { username: 'ada', email: 'ada@x.org' },
      { username: 'bob', age: 30 },
    ]);
    for (const [query, parameter] of [
      [{ mapping: '{"Name":"nobody"}' }, 'mapping'],
      [{ mapping: '[]' }, 'mapping'],
      [{ header: false }, 'columns'],
      [{ delimiter: 'ab' }, 'delimiter'],
      [{ dry_run: 'perhaps' as never }, 'dry_run'],
    ] as const) {
      expect(await into.refuse(content, query)).toMatchObject({ status: 422, errors: [{ parameter }] });
    }
  });

  it.each([
    ['jsonl', (rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n\n')],
    ['json', (rows: object[]) => JSON.stringify(rows, null, 2)],
  ] as const)('takes %s, and lists what it refuses in the same form', async (format, write) => {
    const into = await given();
    const rows = [
      { username: 'ada', age: 36 },
      { username: 'B' },
      { username: 'cleo', shoe: 1 },
      { username: 'dora', email: '\ud800' },
      7,
    ];
    const run = await into.run(write(rows as object[]));
    expect(run).toMatchObject({ state: 'succeeded', total: 5, done: 1, rejected: 4, result: { format } });
    const rejected = (await into.download(run.id, 'rejected.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(rejected).toEqual([
      expect.objectContaining({ username: 'B', '#reasons': expect.stringContaining('username must match') }),
      expect.objectContaining({ username: 'cleo', shoe: 1, '#reasons': 'the schema has no field "shoe"' }),
      expect.objectContaining({ username: 'dora', '#reasons': expect.stringContaining('half a surrogate pair') }),
      { '#line': expect.any(Number), '#reasons': 'the row must be a JSON object', '#text': '7' },
    ]);
    const again = await into.run(rejected.map((row) => JSON.stringify(row)).join('\n'), { ignore_unknown: true });
    expect(again).toMatchObject({ total: 4, done: 1, rejected: 3 });
    expect(await into.values()).toEqual([{ username: 'ada', age: 36 }, { username: 'cleo' }]);
  });

  it('lets no row name a record that is not there', async () => {
    const user = await project.schema('Owner', USER);
    const path = { schemaId: user.id, envId: project.environmentId };
    const owner = await ok(
      api.createRecord({ client: project.as.writer, path, body: { data_values: { username: 'ada' } } }),
    );
    const into = await given([{ name: 'owner', type: 'reference', reference_schema_id: user.id, required: true }]);
    const run = await into.run(`owner\n${owner.id}\n${project.id}\nnobody\n${owner.id.toUpperCase()}\n`);
    expect(run).toMatchObject({ state: 'succeeded', done: 2, rejected: 2 });
    expect(await into.download(run.id, 'rejected.csv')).toContain(
      `3,"owner must be the id of a record of schema ${user.id} in the same environment"`,
    );
  });

  it.each([
    ['single', "'"],
    ['none', ''],
  ] as const)(
    'writes the reasons in a file with quotes of the kind %s so that they are read back',
    async (quote, mark) => {
      const into = await given([
        { name: 'login', type: 'string', min_length: 3 },
        { name: 'note', type: 'string' },
      ]);
      const run = await into.run(`login,note\n${mark}a"${mark},it\n`, { quote });
      const rejected = await into.download(run.id, 'rejected.csv');
      expect(rejected.split('\n')[1]).toMatch(new RegExp(`^2,${mark}login must .+${mark},${mark}a"${mark},it$`));
      const mended = await into.run(rejected.replace('a"', 'a"b'), { quote });
      expect(mended).toMatchObject({ done: 1, rejected: 0 });
      expect(await into.values()).toEqual([{ login: 'a"b', note: 'it' }]);
    },
  );

  it('names the list of what it refuses of a neutralised file so that it is taken for one again', async () => {
    const into = await given([{ name: 'formula', type: 'string', min_length: 4 }]);
    const run = await into.run("formula\n'=1\n", {}, 'stock.neutralised.csv');
    const rejected = await into.download(run.id, 'rejected.neutralised.csv');
    expect(rejected).toContain(",'=1\n");
    await into.run(rejected.replace('=1', '=1+1'), {}, 'rejected.neutralised.csv');
    expect(await into.values()).toEqual([{ formula: '=1+1' }]);
  });

  it('fills in what follows, and takes the apostrophes of an export away', async () => {
    const into = await given([
      { name: 'formula', type: 'string' },
      { name: 'plan', type: 'string', default: 'free' },
    ]);
    const content = "formula\n'=1+1\n''=2\n''quoted\n";
    await into.run(content, {}, 'stock.neutralised.csv');
    await into.run(content, { undo_neutralised: false }, 'stock.neutralised.csv');
    expect((await into.values()).map(({ formula }) => formula)).toEqual([
      '=1+1',
      "'=2",
      "'quoted",
      "'=1+1",
      "''=2",
      "''quoted",
    ]);
    expect((await into.values())[0]).toEqual({ formula: '=1+1', plan: 'free' });
  });

  it('is started once for each Idempotency-Key', async () => {
    const { id } = await project.schema('Once', USER);
    const send = (content: string) => {
      const path = { schemaId: id, envId: project.environmentId };
      const body = { file: new File([content], 'a.csv') };
      return api.importFile({ client: project.as.writer, path, body, headers: { 'Idempotency-Key': 'import-once' } });
    };
    const first = await ok(send('username\nada\n'));
    expect((await ok(send('username\nada\n'))).id).toBe(first.id);
    expect(await problem(send('username\nbob\n'))).toMatchObject({
      status: 422,
      errors: [{ code: 'idempotency_key' }],
    });
  });
});
