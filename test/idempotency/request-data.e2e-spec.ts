import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { secondEnvironment, stockOf, together } from '../test-data/stock.js';
import { ask, itemsOf, requestsOf } from '../requests/hand-out.js';

const TEXT = [{ name: 'text', type: 'string' as const, required: true }];

describe('asking for data under an Idempotency-Key', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const given = async (stock: number) => {
    made += 1;
    const first = await project.schema(`First ${made}`, TEXT, { is_reusable: false });
    const second = await project.schema(`Second ${made}`, TEXT, { is_reusable: false });
    for (const { id } of [first, second]) if (stock > 0) await stockOf(test, project, id).sample(stock);
    const featureId = await project.feature(`feature_${made}`, [first.id, second.id]);
    return { featureId, envId: project.environmentId, schemaIds: [first.id, second.id] };
  };

  it.each([
    ['from stock', 5],
    ['with an empty stock', 0],
  ])('gives a hundred repeats at once one bundle, %s', async (_, stock) => {
    const { featureId, envId } = await given(stock);
    const key = `hundred-${stock}`;
    const bundles = await together(100, 50, () => ok(ask(project.as.reader, { featureId, envId, key })));
    for (const bundle of bundles) expect(bundle).toEqual(bundles[0]);
    const rows = await requestsOf(test, featureId);
    expect(rows.map(({ provided_data_id }) => provided_data_id).sort()).toEqual(
      itemsOf(bundles[0] as never)
        .map(({ record_id }) => record_id)
        .sort(),
    );
    const used = await test.db.query('SELECT id FROM test_data WHERE feature_id = $1', [featureId]);
    expect(used).toHaveLength(2);
    const keys = Object.keys(itemsOf(bundles[99] as never)[0]?.data ?? {});
    expect(keys).toEqual(['text']);
  });

  it('answers as then, even when what was asked for has changed', async () => {
    const { featureId, envId, schemaIds } = await given(2);
    const first = await ok(ask(project.as.reader, { featureId, envId, key: 'as-then' }));
    const id = first.primary_data?.record_id ?? '';
    await ok(api.updateRecord({ client: project.as.writer, path: { id }, body: { data_values: { text: 'new' } } }));
    const path = { featureId, schemaId: schemaIds[1] ?? '' };
    await api.unassignSchema({ client: project.as.writer, path });
    expect(await ok(ask(project.as.reader, { featureId, envId, key: 'as-then' }))).toEqual(first);
    expect(await requestsOf(test, featureId)).toHaveLength(2);
  });

  it('refuses another question under the same key', async () => {
    const { featureId, envId, schemaIds } = await given(3);
    const other = await given(3);
    const staging = await secondEnvironment(project);
    const key = 'one-question';
    const first = await ok(ask(project.as.reader, { featureId, envId, key }));
    const others = [
      { featureId, envId: staging, key },
      { featureId: other.featureId, envId, key },
      { featureId, envId, schemaId: schemaIds[0] ?? '', key },
    ];
    for (const question of others) {
      const refused = await problem(ask(project.as.reader, question));
      expect(refused).toMatchObject({
        status: 422,
        errors: [{ parameter: 'Idempotency-Key', code: 'idempotency_key' }],
      });
    }
    expect(await requestsOf(test, featureId)).toHaveLength(2);
    expect(await requestsOf(test, other.featureId)).toEqual([]);
    expect(await ok(ask(project.as.reader, { featureId, envId, key }))).toEqual(first);
  });

  it('belongs to the caller: two may use the same key', async () => {
    const { featureId, envId } = await given(2);
    const key = 'shared';
    const mine = await ok(ask(project.as.reader, { featureId, envId, key }));
    const theirs = await ok(ask(project.as.writer, { featureId, envId, key }));
    expect(theirs.bundle_id).not.toBe(mine.bundle_id);
    expect(theirs.primary_data?.record_id).not.toBe(mine.primary_data?.record_id);
  });

  it.each([
    ['from stock', 5],
    ['with an empty stock', 0],
  ])('is new again after a day, %s', async (_, stock) => {
    const { featureId, envId, schemaIds } = await given(stock);
    const key = `old-${stock}`;
    const age = (interval: string) =>
      test.db.query(`UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE key = $1`, [key, interval]);
    const first = await ok(ask(project.as.reader, { featureId, envId, key }));
    await age('23 hours 59 minutes');
    expect(await ok(ask(project.as.reader, { featureId, envId, key }))).toEqual(first);
    await age('24 hours 1 second');
    const second = await ok(ask(project.as.reader, { featureId, envId, key }));
    expect(second.bundle_id).not.toBe(first.bundle_id);
    expect(await ok(ask(project.as.reader, { featureId, envId, key }))).toEqual(second);
    await age('25 hours');
    const other = await ok(ask(project.as.reader, { featureId, envId, key, schemaId: schemaIds[0] ?? '' }));
    expect(other.secondary_data).toEqual([]);
  });

  it('is not spent by a request that is refused', async () => {
    const featureId = await project.feature('empty_at_first', []);
    const [envId, key] = [project.environmentId, 'refused-first'];
    expect(await problem(ask(project.as.reader, { featureId, envId, key }))).toMatchObject({ status: 409 });
    const { id } = await project.schema('Assigned later', TEXT);
    const body = { schema_id: id };
    await ok(api.assignSchema({ client: project.as.writer, path: { featureId }, body }));
    expect((await ok(ask(project.as.reader, { featureId, envId, key }))).primary_data?.schema_id).toBe(id);
  });

  it('must be at most 200 visible characters', async () => {
    const { featureId, envId } = await given(2);
    for (const key of ['x'.repeat(201), 'with space', 'ümlaut']) {
      const refused = await problem(ask(project.as.reader, { featureId, envId, key }));
      expect(refused).toMatchObject({ status: 422, errors: [{ parameter: 'Idempotency-Key' }] });
    }
    await ok(ask(project.as.reader, { featureId, envId, key: '!'.repeat(200) }));
  });
});
