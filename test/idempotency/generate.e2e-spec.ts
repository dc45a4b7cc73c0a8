import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import type { StartGeneration } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { secondEnvironment, together } from '../test-data/stock.js';

describe('starting a bulk run under an Idempotency-Key', () => {
  let test: TestApi;
  let project: TestProject;
  let schemaId: string;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    schemaId = (await project.schema('Made', [{ name: 'text', type: 'string' }])).id;
  });
  afterAll(() => test.close());

  const start = (
    key: string,
    body: StartGeneration,
    client: Client = project.as.writer,
    envId = project.environmentId,
  ) => api.generate({ client, path: { schemaId, envId }, body, headers: { 'Idempotency-Key': key } });
  const runs = async () =>
    (await test.db.query<{ count: number }>('SELECT count(*)::integer AS count FROM job_runs'))[0]?.count ?? 0;

  it('starts one run for twenty repeats at once', async () => {
    const before = await runs();
    const answers = await together(20, 20, () => start('twenty', { count: 100, seed: 's' }));
    expect(answers.map(({ response }) => response?.status)).toEqual(Array(20).fill(202));
    const ids = new Set(answers.map(({ data }) => data?.id));
    expect(ids.size).toBe(1);
    expect(answers[19]?.response?.headers.get('location')).toBe(`/api/v1/jobs/${[...ids][0]}`);
    expect(await runs()).toBe(before + 1);
  });

  it('takes the same body in another order for the same', async () => {
    const first = await ok(start('order', { count: 5, seed: 1 }));
    expect((await ok(start('order', { seed: 1, count: 5 }))).id).toBe(first.id);
  });

  it('refuses another body, another place and another kind of question', async () => {
    const first = await ok(start('body', { count: 5 }));
    const staging = await secondEnvironment(project);
    const others = [
      start('body', { count: 6 }),
      start('body', { count: 5, seed: 'x' }),
      start('body', { count: 5 }, project.as.writer, staging),
    ];
    for (const answer of others) {
      expect(await problem(answer)).toMatchObject({ status: 422, errors: [{ parameter: 'Idempotency-Key' }] });
    }
    const featureId = await project.feature('asks', [schemaId]);
    const path = { featureId, envId: project.environmentId };
    const asked = api.requestData({ client: project.as.writer, path, headers: { 'Idempotency-Key': 'body' } });
    expect(await problem(asked)).toMatchObject({ status: 422, errors: [{ parameter: 'Idempotency-Key' }] });
    expect((await ok(start('body', { count: 5 }))).id).toBe(first.id);
  });

  it('belongs to the caller, and is not spent by a request that is refused', async () => {
    const mine = await ok(start('mine', { count: 5 }));
    expect((await ok(start('mine', { count: 5 }, project.as.admin))).id).not.toBe(mine.id);
    expect(await problem(start('late', { count: 10 ** 12 }))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/count' }],
    });
    expect((await ok(start('late', { count: 5 }))).total).toBe(5);
  });

  it('is new again after a day', async () => {
    const first = await ok(start('old', { count: 5 }));
    await test.db.query(
      `UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 second' WHERE key = 'old'`,
    );
    const second = await ok(start('old', { count: 6 }));
    expect(second.id).not.toBe(first.id);
    expect((await ok(start('old', { count: 6 }))).id).toBe(second.id);
  });
});
