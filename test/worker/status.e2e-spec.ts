import { once } from 'node:events';
import os from 'node:os';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { givenWorkshop, NARROW, type Workshop } from '../jobs/workshop.js';
import { buildGate, type Gate } from '../support/gate.js';
import { shutOut } from '../support/outage.js';
import type { Program } from '../support/program.js';
import { describeOnEachQueue } from '../support/redis.js';
import { until } from '../support/until.js';

type Line = Record<string, unknown>;

describeOnEachQueue('a worker', (backend) => {
  let workshop: Workshop;
  let gate: Gate;
  beforeAll(async () => {
    workshop = await givenWorkshop(backend, { LOG_LEVEL: 'debug' });
    gate = await buildGate(workshop.test.db);
  });
  afterEach(() => gate.open());
  afterAll(() => workshop.close());

  const ready = async (worker: Program): Promise<[number, Line]> => {
    const answer = await fetch(`${worker.url}/health/ready`);
    return [answer.status, (await answer.json()) as Line];
  };
  const untilReady = async (worker: Program, status: number): Promise<Line> => {
    const isSo = async (): Promise<Line | false> => {
      const [now, body] = await ready(worker);
      return now === status && body;
    };
    return until(isSo, `the worker to answer ${status}`, 20_000);
  };
  /** The samples of a scrape, by name and labels. */
  const scrape = async (worker: Program): Promise<Map<string, number>> => {
    const text = await (await fetch(`${worker.url}/metrics`)).text();
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
  };

  it('tells Prometheus of its slices and rows, of all runs, and of the queue', async () => {
    const worker = await workshop.worker({ WORKER_CONCURRENCY: '1' });
    await gate.shut();
    const id = await workshop.generate(20_000);
    await gate.untilHeld(1);
    const during = await scrape(worker);
    expect(during.get('testlake_jobs_in_hand{job="generate"}')).toBe(1);
    expect(during.get('testlake_queue_jobs{state="waiting"}')).toBe(3);
    expect(during.get('testlake_queue_jobs{state="active"}')).toBe(1);
    expect(during.get('testlake_queue_lag_seconds')).toBeGreaterThan(0);
    expect(during.get('testlake_runs{state="running"}')).toBe(1);
    expect(during.get('testlake_database_connections{state="waiting"}')).toBe(0);
    await gate.open();
    await workshop.end(id);
    await untilIdle(worker);
    const after = await scrape(worker);
    expect(after.get('testlake_rows_total{job="generate"}')).toBe(20_000);
    expect(after.get('testlake_slices_total{job="generate",outcome="done"}')).toBe(4);
    expect(after.get('testlake_job_duration_seconds_count{job="generate",outcome="done"}')).toBe(4);
    expect(after.get('testlake_runs{state="succeeded"}')).toBe(1);
    expect(after.get('testlake_runs{state="failed"}')).toBe(0);
    expect(after.get('testlake_queue_lag_seconds')).toBe(0);
    expect(after.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  /** The last slice's end is counted after its commit, which the run's end is part of. */
  const untilIdle = async (worker: Program): Promise<void> => {
    const inHand = 'testlake_jobs_in_hand{job="generate"}';
    await until(async () => (await scrape(worker)).get(inHand) === 0, 'the worker to have nothing in hand');
  };

  it('is not ready while the database is away, goes on telling of itself, and is ready when it is back', async () => {
    const worker = await workshop.someWorker();
    expect(await ready(worker)).toEqual([200, { status: 'ready', database: true, queue: true, stopping: false }]);
    const letIn = await shutOut(workshop.test.db);
    expect(await untilReady(worker, 503)).toMatchObject({ status: 'not_ready', database: false });
    const samples = await scrape(worker);
    expect(samples.has('process_resident_memory_bytes')).toBe(true);
    expect(samples.has('testlake_runs{state="running"}')).toBe(false);
    await letIn();
    expect(await untilReady(worker, 200)).toMatchObject({ status: 'ready' });
  });

  it('leaves the processor to the API first', async () => {
    const worker = await workshop.someWorker();
    expect(os.getPriority(worker.pid)).toBeGreaterThan(os.getPriority(workshop.test.program.pid));
  });

  it('writes a line of JSON for each slice, which names the run, the attempt and the request that asked for it', async () => {
    const worker = await workshop.someWorker();
    const { id: schemaId } = await workshop.project.schema('Logged', NARROW);
    const path = { schemaId, envId: workshop.project.environmentId };
    const started = await api.generate({ client: workshop.client, path, body: { count: 10_000 } });
    const request_id = started.response?.headers.get('x-request-id');
    const run_id = started.data?.id ?? '';
    await workshop.end(run_id);
    await untilIdle(worker);
    const lines = (program: Program): Line[] =>
      program
        .output()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line);
    const common = { run_id, request_id, job: 'generate', context: 'slices', attempt: 1 };
    const committed = lines(worker).filter(
      (line) => line.run_id === run_id && line.message === 'A slice was committed.',
    );
    expect(committed).toHaveLength(2);
    const bySlice = committed.sort((a, b) => Number(a.slice) - Number(b.slice));
    expect(bySlice).toMatchObject([0, 1].map((slice) => ({ ...common, level: 'debug', slice, rows: 5_000 })));
    expect(lines(worker)).toContainEqual(
      expect.objectContaining({ run_id, request_id, level: 'info', message: 'The run has succeeded.' }),
    );
    expect(lines(workshop.test.program)).toContainEqual(
      expect.objectContaining({ run_id, request_id, level: 'info', message: 'A run was started.' }),
    );
  });

  it('is not ready while it stops, but answers', async () => {
    const worker = await workshop.someWorker();
    await gate.shut();
    await workshop.generate(100);
    await gate.untilHeld(1);
    worker.process.kill('SIGTERM');
    expect(await untilReady(worker, 503)).toMatchObject({ status: 'not_ready', database: true, stopping: true });
    expect((await fetch(`${worker.url}/health/live`)).status).toBe(200);
    await gate.open();
    await once(worker.process, 'exit');
  });

  it('never has more slices in hand than the database server has connections for', async () => {
    await workshop.rest();
    const worker = await workshop.worker({ WORKER_CONCURRENCY: '64' });
    expect(worker.output()).toMatch(
      /makes 17 slices at a time, not 64: the database server allows too few connections/,
    );
    await gate.shut();
    const ids = await Promise.all(Array.from({ length: 6 }, () => workshop.generate(20_000)));
    await gate.untilHeld(17);
    expect((await scrape(worker)).get('testlake_database_connections{state="waiting"}')).toBe(0);
    await gate.open();
    for (const id of ids) expect(await workshop.end(id)).toMatchObject({ state: 'succeeded', done: 20_000 });
  });
});
