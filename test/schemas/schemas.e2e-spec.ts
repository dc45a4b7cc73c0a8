import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { SchemaDefinitionDto, UpdateSchema } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { createShopFastSchemas, SHOPFAST } from './shopfast.js';

describe('schemas', () => {
  let test: TestApi;
  let project: TestProject;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const change = (id: string, body: UpdateSchema, ifMatch?: string) =>
    api.updateSchema({
      client: project.as.writer,
      path: { id },
      body,
      ...(ifMatch === undefined ? {} : { headers: { 'If-Match': ifMatch } }),
    });
  const read = (id: string) => api.getSchema({ client: project.as.reader, path: { id } });
  const tagOf = async (id: string) => (await read(id)).response?.headers.get('etag') ?? '';

  it('takes the five of the ShopFast example and answers with them word for word', async () => {
    const { id: projectId, as } = await givenProject(test);
    const ids = await createShopFastSchemas(as.writer, projectId);
    for (const { name, description, json } of SHOPFAST) {
      const { data, response } = await api.getSchema({ client: as.reader, path: { id: ids[name] ?? '' } });
      expect(response?.status).toBe(200);
      expect(data).toMatchObject({ name, description, project_id: projectId, is_reusable: true, version: 1 });
      expect(data).toMatchObject({ applied_rules: [], status: 'active' });
      const { fields } = JSON.parse(json) as SchemaDefinitionDto;
      const answered = data?.schema_definition.fields.map(({ id, ...field }) => {
        expect(id).toMatch(/^[0-9a-f-]{36}$/);
        return field;
      });
      expect(answered).toEqual(fields);
    }
    const page = await ok(api.listSchemas({ client: as.reader, path: { projectId } }));
    expect(page.data.map(({ name }) => name)).toEqual(['User', 'Product', 'Order', 'Payment', 'Address']);
  });

  it('keep the order of their fields, and numbers that stand as text', async () => {
    const schema = await project.schema('Ordered', [
      { name: 'zebra', type: 'number', min: '0.10', max: '1e3' },
      { name: 'apple', type: 'string', min: 2, max: '20' },
      { name: 'mango', type: 'date', min: '2024-01-01' },
    ]);
    const { fields } = (await ok(read(schema.id))).schema_definition;
    expect(fields.map(({ name }) => name)).toEqual(['zebra', 'apple', 'mango']);
    expect(fields.map(({ min, max }) => [min, max])).toEqual([
      ['0.10', '1e3'],
      [2, '20'],
      ['2024-01-01', undefined],
    ]);
  });

  it('are found by a part of their name without regard to case, wildcards taken literally', async () => {
    const { id: projectId, as, schema } = await givenProject(test);
    for (const name of ['100% real', 'Half_way', 'halfway', 'back\\slash']) await schema(name, [field('a')]);
    const found = async (search: string) => {
      const page = await ok(api.listSchemas({ client: as.reader, path: { projectId }, query: { search } }));
      return page.data.map(({ name }) => name);
    };
    expect(await found('%')).toEqual(['100% real']);
    expect(await found('_')).toEqual(['Half_way']);
    expect(await found('HALF')).toEqual(['Half_way', 'halfway']);
    expect(await found('\\')).toEqual(['back\\slash']);
    expect(await found('nothing')).toEqual([]);
  });

  it('are listed page by page, each once, even while others are made', async () => {
    const { id: projectId, as, schema } = await givenProject(test);
    for (let i = 0; i < 5; i += 1) await schema(`S${i}`, [field('a')]);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 2, ...(cursor ? { cursor } : {}) };
      const page = await ok(api.listSchemas({ client: as.reader, path: { projectId }, query }));
      seen.push(...page.data.map(({ name }) => name));
      if (seen.length === 2) await schema('S5', [field('a')]);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(['S0', 'S1', 'S2', 'S3', 'S4', 'S5']);
    const path = { projectId };
    const bad = await problem(api.listSchemas({ client: as.reader, path, query: { cursor: 'nonsense' } }));
    expect(bad).toMatchObject({ status: 422, code: 'list.bad_cursor', errors: [{ parameter: 'cursor' }] });
  });

  it('keep the ids of their fields over updates, moves and renames', async () => {
    const schema = await project.schema('Stable', [field('a'), field('b'), field('c')]);
    const [a, b, c] = schema.schema_definition.fields;
    const byName = await ok(change(schema.id, { schema_definition: { fields: [field('c'), field('a')] } }));
    expect(byName.schema_definition.fields).toMatchObject([
      { id: c?.id, name: 'c' },
      { id: a?.id, name: 'a' },
    ]);
    const fields = [{ ...field('renamed'), id: a?.id }, { ...field('b') }];
    const renamed = await ok(change(schema.id, { schema_definition: { fields } }));
    expect(renamed.schema_definition.fields).toMatchObject([{ id: a?.id, name: 'renamed' }, { name: 'b' }]);
    expect(renamed.schema_definition.fields[1]?.id).not.toBe(b?.id);
  });

  it('let a new field have the name that another field gives up', async () => {
    const schema = await project.schema('Handed over', [field('a')]);
    const id = schema.schema_definition.fields[0]?.id;
    const fields = [{ ...field('b'), id }, field('a')];
    const changed = await ok(change(schema.id, { schema_definition: { fields } }));
    expect(changed.schema_definition.fields.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(changed.schema_definition.fields[0]?.id).toBe(id);
    expect(changed.schema_definition.fields[1]?.id).not.toBe(id);
  });

  it('have names of their own in a project', async () => {
    const { id } = await project.schema('Once', [field('a')]);
    const body = { name: 'Once', schema_definition: { fields: [field('a')] } };
    const create = (projectId: string, client = project.as.writer) =>
      api.createSchema({ client, path: { projectId }, body });
    expect(await problem(create(project.id))).toMatchObject({ status: 409, code: 'schema.name_taken' });
    const other = await project.schema('Other', [field('a')]);
    const renamed = await problem(change(other.id, { name: 'Once' }));
    expect(renamed).toMatchObject({ status: 409, code: 'schema.name_taken' });
    expect((await ok(read(other.id))).name).toBe('Other');
    expect((await ok(change(id, { name: 'Once' }))).name).toBe('Once');
    const elsewhere = await givenProject(test);
    expect((await ok(create(elsewhere.id, elsewhere.as.writer))).name).toBe('Once');
  });

  it('are made once where twenty ask for one name at the same time', async () => {
    const body = { name: 'Race', schema_definition: { fields: [field('a')] } };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        api.createSchema({ client: project.as.writer, path: { projectId: project.id }, body }),
      ),
    );
    const statuses = answers.map(({ response }) => response?.status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  });

  it('say with a tag which state they are in, and refuse a change that is meant for another', async () => {
    const schema = await project.schema('Tagged', [field('a')]);
    const first = await tagOf(schema.id);
    expect(first).toMatch(/^"[^"]+"$/);
    const { response } = await change(schema.id, { description: 'first' }, first);
    expect(response?.status).toBe(200);
    const second = response?.headers.get('etag');
    expect(second).not.toBe(first);
    expect(second).toBe(await tagOf(schema.id));
    const stale = await problem(change(schema.id, { description: 'second' }, first));
    expect(stale).toMatchObject({ status: 412, code: 'schema.changed' });
    expect((await ok(read(schema.id))).description).toBe('first');
    await ok(change(schema.id, { description: 'third' }, '*'));
    await ok(change(schema.id, { description: 'last' }));
    expect((await ok(read(schema.id))).description).toBe('last');
  });

  it('let exactly one of many changes through that were meant for the same state', async () => {
    const schema = await project.schema('Contended', [field('a')]);
    const tag = await tagOf(schema.id);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        change(schema.id, { schema_definition: { fields: [field('a'), field(`f${i}`)] } }, tag),
      ),
    );
    expect(answers.map(({ response }) => response?.status).sort()).toEqual([200, ...Array(9).fill(412)]);
    expect((await ok(read(schema.id))).version).toBe(2);
  });

  it('raise their version with the definition and with nothing else', async () => {
    const schema = await project.schema('Versioned', [field('a')]);
    const versionAfter = async (body: UpdateSchema) => (await ok(change(schema.id, body))).version;
    expect(await versionAfter({ name: 'Versioned too', description: 'text', is_reusable: false })).toBe(1);
    expect(await versionAfter({ schema_definition: { fields: [field('a'), field('b')] } })).toBe(2);
    expect(await versionAfter({ description: null })).toBe(2);
    expect(await versionAfter({ schema_definition: { fields: [field('b')] } })).toBe(3);
    const { path, body } = { path: { id: schema.id }, body: { field_name: 'c', field_type: 'boolean' as const } };
    await ok(api.createField({ client: project.as.writer, path, body }));
    expect((await ok(read(schema.id))).version).toBe(4);
    const kept = await test.db.query('SELECT version FROM data_schema_versions WHERE schema_id = $1 ORDER BY 1', [
      schema.id,
    ]);
    expect(kept.map((row) => row['version'])).toEqual([1, 2, 3, 4]);
  });

  it('are read-only while they are archived', async () => {
    const schema = await project.schema('Archived', [field('a')]);
    await ok(change(schema.id, { status: 'archived' }));
    const [id, client] = [schema.id, project.as.writer];
    const at = { schemaId: id, envId: project.environmentId };
    const fieldId = schema.schema_definition.fields[0]?.id ?? '';
    const added = { field_name: 'b', field_type: 'string' as const };
    const refused = [
      change(id, { name: 'New name' }),
      change(id, { schema_definition: { fields: [field('b')] } }),
      api.createField({ client, path: { id }, body: added }),
      api.updateField({ client, path: { id, fieldId }, body: { field_name: 'b' } }),
      api.deleteField({ client, path: { id, fieldId } }),
      api.createRecord({ client, path: at, body: { data_values: {} } }),
      api.generateSample({ client, path: at, body: { count: 1 } }),
      api.generate({ client, path: at, body: { count: 1 } }),
    ];
    for (const answer of refused) {
      expect(await problem(answer)).toMatchObject({ status: 409, code: 'schema.archived' });
    }
    expect(await ok(read(id))).toMatchObject({ name: 'Archived', version: 1, status: 'archived' });
    expect(await ok(change(id, { status: 'active', name: 'Back' }))).toMatchObject({ name: 'Back', status: 'active' });
  });

  it('refuse names and properties that do not fit, with a pointer', async () => {
    const definition = { fields: [field('a')] };
    const cases: [Record<string, unknown>, string][] = [
      [{ schema_definition: definition }, '/name'],
      [{ name: '', schema_definition: definition }, '/name'],
      [{ name: 'x'.repeat(201), schema_definition: definition }, '/name'],
      [{ name: 'X', description: 'x'.repeat(5001), schema_definition: definition }, '/description'],
      [{ name: 'X', is_reusable: 'yes', schema_definition: definition }, '/is_reusable'],
      [{ name: 'X' }, '/schema_definition'],
      [{ name: 'X', schema_definition: [] }, '/schema_definition'],
      [{ name: 'X', schema_definition: definition, more: 1 }, '/more'],
      [{ name: 'nul \0', schema_definition: definition }, '/name'],
    ];
    for (const [body, pointer] of cases) {
      const path = { projectId: project.id };
      const refused = await problem(api.createSchema({ client: project.as.writer, path, body: body as never }));
      expect(refused.status).toBe(422);
      expect(refused.errors.map((error) => error.pointer)).toContain(pointer);
    }
  });
});

function field(name: string): { name: string; type: 'string' } {
  return { name, type: 'string' };
}
