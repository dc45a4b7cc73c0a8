import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { until } from '../support/until.js';
import { SOON, startWorker } from '../support/worker.js';
import { download } from './export-file.js';

const ROWS = 20_000;

describe('an export that is broken off', () => {
  let test: TestApi;
  let project: TestProject;
  let path: { schemaId: string; envId: string };
  let gate: pg.Client;
  let worker: Program;

  beforeAll(async () => {
    test = await startApi();
    worker = await startWorker(test.db.url, SOON);
    project = await givenProject(test);
    const { id } = await project.schema('User', [{ name: 'n', type: 'number', sequence: {} }]);
    path = { schemaId: id, envId: project.environmentId };
    await done(await ok(api.generate({ client: project.as.writer, path, body: { count: ROWS } })));
    gate = new pg.Client(test.db.url);
    await gate.connect();
  });
  afterAll(async () => {
    await gate.end();
    await worker.stop();
    await test.close();
  });

  const done = ({ id }: { id: string }) => runUntil(project.as.writer, id);
  /** Nobody reads records until it is opened: whoever exports stands still in the middle of it. */
  const close = () => gate.query('BEGIN; LOCK TABLE test_data IN ACCESS EXCLUSIVE MODE');
  const open = () => gate.query('COMMIT');
  const waiting = async (): Promise<number> => {
    const [row] = await test.db.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'COPY (SELECT%' AND wait_event_type = 'Lock'`,
    );
    return row?.n ?? 0;
  };
  const untilWaiting = (wanted: number) =>
    until(async () => (await waiting()) === wanted, `${wanted} exports in the middle of their work`);

  let run: { id: string };
  beforeEach(async () => {
    await close();
    run = await ok(api.exportRecords({ client: project.as.writer, path, body: { format: 'csv' } }));
    await untilWaiting(1);
  });

  it('stops within two seconds when it is cancelled, and is made whole by a retry', async () => {
    const cancelled = Date.now();
    await ok(api.cancelRun({ client: project.as.writer, path: run }));
    await untilWaiting(0);
    expect(Date.now() - cancelled).toBeLessThan(2_000);
    expect(await ok(api.getRun({ client: project.as.writer, path: run }))).toMatchObject({
      state: 'cancelled',
      done: 0,
      files: [],
    });
    await open();
    await ok(api.retryRun({ client: project.as.writer, path: run }));
    await wholeFile();
  });

  it('is made again, and leaves one file, when its worker is killed', async () => {
    await worker.kill('SIGKILL');
    worker = await startWorker(test.db.url, SOON);
    await open();
    await wholeFile();
  });

  const wholeFile = async (): Promise<void> => {
    const over = await done(run);
    expect(over).toMatchObject({ state: 'succeeded', done: ROWS, total: ROWS });
    const { text } = await download(test, project.as.writer, run.id, String(over.result.file));
    const numbers = Array.from({ length: ROWS }, (_, i) => i + 1);
    expect(text).toBe(`n\n${numbers.join('\n')}\n`);
  };
});
