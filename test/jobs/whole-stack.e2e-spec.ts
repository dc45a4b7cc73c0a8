import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readConfig } from '../../libs/config/config.js';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { type Client, createClient } from '../../libs/client/generated/client/index.js';
import { type LocalStack, startLocal } from '../../libs/process/local-stack.js';
import { ok } from '../support/project.js';
import { describeOnEachQueueIfLong } from '../support/redis.js';
import { runUntil } from '../support/runs.js';

const FIELDS = [{ name: 'email', type: 'string' as const, required: true }];
const ROWS = testSettings().isLong ? 1_000_000 : 150_000;

describeOnEachQueueIfLong('the whole of it on one machine', (backend) => {
  let folder: string;
  let queue: Awaited<ReturnType<typeof backend.start>>;
  let stack: LocalStack;
  let client: Client;
  let path_: { schemaId: string; envId: string };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-stack-'));
    chmodSync(folder, 0o711);
    queue = await backend.start();
    const config = readConfig({ TESTLAKE_DIR: folder, PORT: '0', ...queue.variables });
    stack = await startLocal({ config, quiet: true, fast: true });
    const anonymous = createClient({ baseUrl: stack.apiUrl });
    const account = { email: 'one@example.com', username: 'one', password: 'correct horse' };
    const { access_token } = await ok(api.signUp({ client: anonymous, body: account }));
    client = createClient({ baseUrl: stack.apiUrl, headers: { authorization: `Bearer ${access_token}` } });
    const project = await ok(api.createProject({ client, body: { name: 'Shop' } }));
    const environments = await ok(api.listEnvironments({ client, path: { projectId: project.id } }));
    const body = { name: 'User', schema_definition: { fields: FIELDS } };
    const schema = await ok(api.createSchema({ client, path: { projectId: project.id }, body }));
    path_ = { schemaId: schema.id, envId: environments.data[0]?.id ?? '' };
  });
  afterAll(async () => {
    await stack.stop();
    await queue.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts a killed worker again, which takes its slices up within ten seconds and ends the run with the exact rows', async () => {
    const [victim] = stack.workerPids();
    const { id } = await ok(api.generate({ client, path: path_, body: { count: ROWS } }));
    const before = await runUntil(client, id, (run) => run.done > 0);
    process.kill(victim ?? 0, 'SIGKILL');
    const killed = Date.now();
    const settled = await runUntil(client, id, (run) => run.done >= before.done);
    const after = await runUntil(client, id, (run) => run.done > settled.done, 15_000);
    expect(after.done).toBeGreaterThan(settled.done);
    expect(Date.now() - killed).toBeLessThan(10_000);
    const run = await runUntil(client, id);
    expect(run).toMatchObject({ state: 'succeeded', total: ROWS, done: ROWS });
    expect(stack.workerPids()).not.toContain(victim);
  });

  it('answers requests while a run goes on', async () => {
    const { id } = await ok(api.generate({ client, path: path_, body: { count: ROWS } }));
    const waits: number[] = [];
    await runUntil(client, id, (run) => {
      waits.push(Date.now());
      return run.state === 'succeeded';
    });
    const gaps = waits.slice(1).map((each, i) => each - (waits[i] ?? each));
    expect(gaps.length).toBeGreaterThan(5);
    // The pause between two looks is some of it.
    expect(Math.max(...gaps)).toBeLessThan(1_000);
  });

  it('streams the progress of a run until it is over', async () => {
    const { id } = await ok(api.generate({ client, path: path_, body: { count: ROWS } }));
    const { stream } = await api.watchRun({ client, path: { id } });
    const seen: { state: string; done: number }[] = [];
    for await (const event of stream) seen.push(event);
    expect(seen.at(-1)).toMatchObject({ state: 'succeeded', done: ROWS });
    const done = seen.map((event) => event.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(1);
  });
});
