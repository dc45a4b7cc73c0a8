import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { StartCopy } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { startWorker } from '../support/worker.js';
import { copy, givenEnvironment, keysOf, recordsOf, skippedOf, typeIn } from './places.js';

const FIELDS = [
  { name: 'email', type: 'string' as const, required: true, unique: true },
  { name: 'name', type: 'string' as const, required: true },
  { name: 'phone', type: 'string' as const, format: 'phone' as const },
  { name: 'iban', type: 'string' as const, format: 'iban' as const },
  { name: 'born', type: 'date' as const, format: 'date' as const, max: '2020-12-31' },
  { name: 'label', type: 'string' as const, template: '{name} <{email}>' },
  { name: 'notes', type: 'string' as const },
];
const ADA = {
  email: 'ada@bank.io',
  name: 'Ada Lovelace',
  phone: '+44 20 7946-0018',
  iban: 'GB29NWBK60161331926819',
  born: '1815-12-10',
  notes: 'secret',
};
const MASK: NonNullable<StartCopy['mask']>[string] = {
  email: 'email',
  name: 'name',
  phone: 'digits',
  iban: 'auto',
  born: 'auto',
  notes: { value: 'none' },
};

describe('a masked copy', () => {
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

  it('has other values of the same form, the same for the same in all schemas and runs, and keeps the rules', async () => {
    const client = project.as.writer;
    const user = await project.schema('User', FIELDS);
    const ticket = await project.schema('Ticket', [
      { name: 'contact', type: 'object', fields: [{ name: 'mail', type: 'string' }] },
      { name: 'user', type: 'reference', reference_schema_id: user.id, required: true },
    ]);
    const [from, one, two] = [
      await givenEnvironment(project),
      await givenEnvironment(project),
      await givenEnvironment(project),
    ];
    const bob = { email: 'bob@bank.io', name: 'Bob' };
    const [ada] = await typeIn(client, user.id, from, [ADA, bob]);
    await typeIn(client, ticket.id, from, [{ contact: { mail: ADA.email }, user: ada }]);
    const masks: StartCopy['mask'] = { User: MASK, [ticket.id]: { 'contact/mail': 'email' } };
    for (const to of [one, two]) {
      const run = await copy(client, { from_environment_id: from, to_environment_ids: [to], mask: masks });
      expect(run).toMatchObject({ state: 'succeeded', done: 3, error: null });
    }
    const [first, second] = (await recordsOf(test, user.id, one)).map(({ data_values }) => data_values);
    const again = (await recordsOf(test, user.id, two)).map(({ data_values }) => data_values);
    expect(again).toEqual([first, second]);
    expect(first?.['email']).toMatch(/^[a-z]+\.[a-z]+\.[0-9a-z]{13}@example\.com$/);
    expect(first?.['name']).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
    expect(first?.['phone']).toMatch(/^\+\d\d \d\d \d{4}-\d{4}$/);
    expect(first?.['iban']).toMatch(/^GB\d\d[A-Z]{4}\d{14}$/);
    expect(first?.['born']).toMatch(/^1815-/);
    expect(first).toMatchObject({ notes: 'none', label: `${String(first?.['name'])} <${String(first?.['email'])}>` });
    expect(second).toEqual({
      email: second?.['email'],
      name: second?.['name'],
      label: second?.['label'],
      notes: 'none',
    });
    const text = JSON.stringify([first, second]);
    for (const value of [...Object.values(ADA), ...Object.values(bob), 'Lovelace']) expect(text).not.toContain(value);
    for (const data_values of [first, second]) {
      const verdict = await ok(
        api.checkValues({ client, path: { id: user.id }, body: { data_values: data_values ?? {} } }),
      );
      expect(verdict).toEqual({ accepted: true, problems: [] });
    }
    const [copied] = await recordsOf(test, ticket.id, one);
    const [owner] = await recordsOf(test, user.id, one);
    expect(copied?.data_values).toEqual({ contact: { mail: first?.['email'] }, user: owner?.id });
    const taken = (await keysOf(test, user.id, one)).map(({ value }) => value);
    expect(taken.sort()).toEqual([first, second].map((row) => JSON.stringify(row?.['email'])).sort());

    const dry = { from_environment_id: from, to_environment_ids: [one], dry_run: true };
    for (const [mask, conflicts] of [[masks, 2] as const, [undefined, 0] as const]) {
      const rehearsed = await copy(client, { ...dry, ...(mask ? { mask } : {}) });
      expect(rehearsed).toMatchObject({ state: 'succeeded', result: { records: 3, conflicts } });
    }
  });

  it('is not written where a record breaks a rule once it is masked, and the reason tells no value', async () => {
    const client = project.as.writer;
    const schema = await project.schema('Checked', [
      { name: 'code', type: 'string', required: true, regex: '^A[0-9]{3}$' },
      { name: 'mail', type: 'string', max_length: 12 },
    ]);
    const [from, to] = [await givenEnvironment(project), await givenEnvironment(project)];
    const [id] = await typeIn(client, schema.id, from, [{ code: 'A123', mail: 'ada@x.io' }]);
    const body = { from_environment_id: from, to_environment_ids: [to] };
    const broken = await copy(client, { ...body, mask: { Checked: { mail: 'email' } } });
    expect(broken).toMatchObject({ state: 'failed', done: 0 });
    expect(broken.error).toBe(
      `The record ${id} of Checked breaks the rule max at /mail once it is masked; mask it another way.`,
    );
    await test.db.query(`UPDATE test_data SET data_values = '{"code": "sesame"}' WHERE id = $1`, [id]);
    const impossible = await copy(client, { ...body, mask: { Checked: { code: 'auto' } } });
    expect(impossible).toMatchObject({ state: 'failed', done: 0 });
    expect(impossible.error).toBe(`The record ${id} of Checked cannot be masked: its code breaks the field's rules`);
    expect(await recordsOf(test, schema.id, to)).toEqual([]);
  });

  it('has a key that the API cannot read, one for each organization', async () => {
    const keys = () => test.db.query<{ organization_id: string }>('SELECT organization_id, secret FROM masking_keys');
    const other = await givenProject(test);
    const results: unknown[] = [];
    for (const each of [project, other]) {
      const client = each.as.admin;
      const schema = await each.schema('Secret', [{ name: 'mail', type: 'string' }]);
      const [from, to] = [await givenEnvironment(each), await givenEnvironment(each)];
      await typeIn(client, schema.id, from, [{ mail: 'ada@x.io' }]);
      await copy(client, { from_environment_id: from, to_environment_ids: [to], mask: { Secret: { mail: 'email' } } });
      results.push((await recordsOf(test, schema.id, to))[0]?.data_values['mail']);
    }
    expect(results[0]).not.toBe(results[1]);
    expect(new Set((await keys()).map(({ organization_id }) => organization_id))).toEqual(
      new Set([project.organizationId, other.organizationId]),
    );
    await expect(test.db.query('SET ROLE testlake_api; SELECT secret FROM masking_keys')).rejects.toThrow(
      'permission denied',
    );
  });

  it('lists records that it skips without their values', async () => {
    const client = project.as.writer;
    const schema = await project.schema('Skipped', [{ name: 'mail', type: 'string', required: true, unique: true }]);
    const [from, to] = [await givenEnvironment(project), await givenEnvironment(project)];
    const [id] = await typeIn(client, schema.id, from, [{ mail: 'ada@x.io' }]);
    const mask: StartCopy['mask'] = { Skipped: { mail: 'hash' } };
    const body = { from_environment_id: from, to_environment_ids: [to], mask };
    expect(await copy(client, body)).toMatchObject({ state: 'succeeded', done: 1 });
    const again = await copy(client, body);
    expect(again).toMatchObject({ state: 'succeeded', done: 0, rejected: 1 });
    const [line] = await skippedOf(test, client, again.id);
    expect(line).toMatchObject({ schema: 'Skipped', record_id: id, code: 'conflict' });
    expect(JSON.stringify(line)).not.toContain('ada@x.io');
  });
});
