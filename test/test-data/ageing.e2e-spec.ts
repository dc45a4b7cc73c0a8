import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { FieldDefinitionDto } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import type { Program } from '../support/program.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { rulesBroken, secondEnvironment, stockOf } from './stock.js';

const DAY = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const STAY: FieldDefinitionDto[] = [
  { name: 'check_in', type: 'date', format: 'date', required: true, min: 'now-5d', max: 'now+5d' },
  { name: 'check_out', type: 'date', format: 'date', required: true, after: 'check_in' },
  { name: 'label', type: 'string', template: 'from {check_in}' },
  { name: 'founded', type: 'date', format: 'date', max: '2020-01-01' },
];

describe('records as of another moment', () => {
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

  const client = () => project.as.writer;
  const get = (id: string, as_of?: string) =>
    ok(api.getRecord({ client: client(), path: { id }, ...(as_of === undefined ? {} : { query: { as_of } }) }));
  const days = (text: unknown): number => Date.parse(String(text)) / DAY;

  it('are shown with their dates moved, in lists too, and stay as they are stored', async () => {
    const schema = await project.schema('Stay', STAY);
    const stock = stockOf(test, project, schema.id);
    const today = Math.floor(Date.now() / DAY) * DAY;
    const values = {
      check_in: dayOf(today),
      check_out: dayOf(today + 2 * DAY),
      label: `from ${dayOf(today)}`,
      founded: '2019-05-05',
    };
    const { id } = await stock.create(values);
    // As if it had been made ten days ago.
    await test.db.query(
      `UPDATE test_data SET created_at = created_at - interval '10 days',
         data_values = data_values || jsonb_build_object('check_in', $2::text, 'check_out', $3::text, 'label', 'from ' || $2::text)
       WHERE id = $1`,
      [id, dayOf(today - 10 * DAY), dayOf(today - 8 * DAY)],
    );
    const stored = (await get(id)).data_values;
    expect(stored).toMatchObject({ check_in: dayOf(today - 10 * DAY), founded: '2019-05-05' });
    expect(await rulesBroken(client(), schema.id, stored)).toMatchObject([{ code: 'min' }]);
    const shown = (await get(id, 'now')).data_values;
    expect(shown).toEqual(values);
    expect(Object.keys(shown)).toEqual(['check_in', 'check_out', 'label', 'founded']);
    const later = (await get(id, new Date(today + 30 * DAY).toISOString())).data_values;
    expect([days(later['check_in']), days(later['check_out'])]).toEqual([
      days(values.check_in) + 30,
      days(values.check_out) + 30,
    ]);
    const listed = await stock.list({ as_of: 'now' });
    expect(listed.data[0]?.data_values).toEqual(values);
    const body = { as_of: 'now', filter: { values: { check_in: { lt: dayOf(today - 5 * DAY) } } } };
    const found = await ok(api.searchRecords({ client: client(), path: stock.path, body }));
    expect(found.data[0]?.data_values).toEqual(values);
    const path = { featureId: await project.feature('stay', [schema.id]), envId: project.environmentId };
    const ask = (as_of?: string) => api.requestBundles({ client: client(), path, body: as_of ? { as_of } : {} });
    const bundle = (await ok(ask('now'))).data[0];
    expect(bundle?.primary_data?.data).toEqual(values);
    const again = async (query?: { as_of: string }) =>
      (await ok(api.getBundle({ client: client(), path: { id: bundle?.bundle_id ?? '' }, query }))).primary_data?.data;
    expect([await again({ as_of: 'now' }), await again()]).toEqual([values, stored]);
    expect((await ok(ask())).data[0]?.primary_data?.data).toEqual(stored);
    expect(await problem(ask('soon'))).toMatchObject({ status: 422, errors: [{ pointer: '/as_of' }] });
    expect((await get(id)).data_values).toEqual(stored);
  });

  it('are measured from their last change of values, and from the start of the run that made them; copies from their originals', async () => {
    const schema = await project.schema('Made', STAY);
    const stock = stockOf(test, project, schema.id);
    const { id } = await ok(api.generate({ client: client(), path: stock.path, body: { count: 20, seed: 1 } }));
    await runUntil(client(), id);
    // As if the run had been started a hundred days ago, whenever its rows were stored.
    const then = Date.now() - 100 * DAY;
    await test.db.query(`UPDATE job_runs SET params = params || jsonb_build_object('now', $2::float8) WHERE id = $1`, [
      id,
      then,
    ]);
    await test.db.query(
      `UPDATE test_data SET data_values = data_values || jsonb_build_object(
         'check_in', ((data_values ->> 'check_in')::date - 100)::text, 'check_out', ((data_values ->> 'check_out')::date - 100)::text,
         'label', 'from ' || ((data_values ->> 'check_in')::date - 100)::text) WHERE run_id = $1`,
      [id],
    );
    const aged = (await stock.list({ as_of: 'now' })).data;
    const stored = (await stock.list()).data;
    expect(aged).toHaveLength(20);
    for (const [i, { data_values }] of aged.entries()) {
      expect(await rulesBroken(client(), schema.id, data_values)).toEqual([]);
      expect(days(data_values['check_in']) - days(stored[i]?.data_values['check_in'])).toBe(100);
    }
    // Replaced by hand: right as of now, and so not moved.
    const [first] = stored;
    const data_values = { check_in: dayOf(Date.now()), check_out: dayOf(Date.now() + DAY) };
    await ok(api.updateRecord({ client: client(), path: { id: first?.id ?? '' }, body: { data_values } }));
    expect((await get(first?.id ?? '', 'now')).data_values).toMatchObject(data_values);
    await test.db.query(`UPDATE test_data SET values_at = now() - interval '3 days' WHERE id = $1`, [first?.id]);
    const staging = await secondEnvironment(project);
    const body = {
      from_environment_id: project.environmentId,
      to_environment_ids: [staging],
      schemas: [{ schema_id: schema.id }],
    };
    const copy = await ok(api.copyRecords({ client: client(), body }));
    await runUntil(client(), copy.id);
    const copied = stockOf(test, project, schema.id, { envId: staging });
    const [own] = (await copied.list({ as_of: 'now' })).data;
    expect(days(own?.data_values['check_in']) - days(data_values.check_in)).toBe(3);
  });

  it('are refused for moments that are none', async () => {
    const { id } = await stockOf(test, project, (await project.schema('None', STAY)).id).create({
      check_in: dayOf(Date.now()),
      check_out: dayOf(Date.now() + DAY),
    });
    for (const as_of of ['yesterday', '', '2026-02-30', '2026-01-01T00:00:00', 'now-1d']) {
      const refused = await problem(api.getRecord({ client: client(), path: { id }, query: { as_of } }));
      expect(refused).toMatchObject({ status: 422, errors: [{ parameter: 'as_of' }] });
    }
    for (const as_of of ['0001-01-01', '9999-12-31T23:59:59Z', '2400-01-01']) await get(id, as_of);
  });
});
