import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { exportFile } from '../exports/export-file.js';
import { startApi, type TestApi } from '../support/api.js';
import type { Program } from '../support/program.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { until } from '../support/until.js';
import { startWorker } from '../support/worker.js';
import { stockOf, type TestStock } from '../test-data/stock.js';

describe('what is old', () => {
  let folder: string;
  let test: TestApi;
  let project: TestProject;
  let stock: TestStock;
  let worker: Program;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'ended-runs-'));
    test = await startApi({ TESTLAKE_DIR: folder });
    worker = await startWorker(test.db.url, { TESTLAKE_DIR: folder, KEEP_RUNS_DAYS: '30' });
    project = await givenProject(test);
    stock = stockOf(test, project, (await project.schema('User', [{ name: 'name', type: 'string' }])).id);
    await stock.sample(3);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const filesOf = (runId: string): string => path.join(folder, 'files', 'runs', runId);
  const exported = async (days: number): Promise<string> => {
    const { run } = await exportFile(test, project.as.writer, stock.path, { format: 'csv' });
    await test.db.query(`UPDATE job_runs SET finished_at = now() - make_interval(days => $2) WHERE id = $1`, [
      run.id,
      days,
    ]);
    return run.id;
  };

  /** Sends the beginning of a file, and waits until some of it is stored. */
  const halfSent = async (): Promise<string> => {
    const { schemaId, envId } = stock.path;
    const url = `${test.url}/api/v1/schemas/${schemaId}/environments/${envId}/import-csv`;
    const headers = new Headers(project.as.writer.getConfig().headers as Headers);
    headers.set('content-type', 'multipart/form-data; boundary=part');
    const sending = request(url, { method: 'POST', headers: Object.fromEntries(headers) });
    sending.on('error', () => undefined);
    sending.write('--part\r\ncontent-disposition: form-data; name="file"; filename="rows.csv"\r\n\r\nname\n');
    sending.write('a row like any other\n'.repeat(600_000));
    return until(async () => {
      const [upload] = await test.db.query<{ run_id: string }>(
        'SELECT run_id FROM job_run_uploads WHERE run_id NOT IN (SELECT id FROM job_runs)',
      );
      return upload && existsSync(filesOf(upload.run_id)) && upload.run_id;
    }, 'the upload to be stored in part');
  };

  it('is forgotten with its files, and nothing else', async () => {
    const [kept, old] = [await exported(29), await exported(31)];
    await until(() => !existsSync(filesOf(old)), 'the old run to be removed');
    const client = project.as.reader;
    expect(await problem(api.getRun({ client, path: { id: old } }))).toMatchObject({ code: 'run.not_found' });
    expect(await ok(api.getRun({ client, path: { id: kept } }))).toMatchObject({ id: kept });
    expect(existsSync(filesOf(kept))).toBe(true);
  });

  it('is removed where it came in for a run that there never was, since the process was killed', async () => {
    const kept = await exported(1);
    const runId = await halfSent();
    await test.program.kill('SIGKILL');
    expect(existsSync(filesOf(runId))).toBe(true);
    await test.db.query(
      `INSERT INTO job_run_uploads (run_id, project_id, created_at)
       SELECT id, project_id, now() - interval '2 days' FROM job_runs WHERE id = $1`,
      [kept],
    );
    await test.db.query(`UPDATE job_run_uploads SET created_at = now() - interval '25 hours' WHERE run_id = $1`, [
      runId,
    ]);
    await until(() => !existsSync(filesOf(runId)), 'the upload to be removed');
    expect(existsSync(filesOf(kept))).toBe(true);
    expect(await test.db.query('SELECT FROM job_run_uploads')).toEqual([]);
  });
});
