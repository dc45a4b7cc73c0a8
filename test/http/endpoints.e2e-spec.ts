import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.js';
import { startProgram } from '../support/program.js';
import { expectProblem, send } from './raw.js';

const QUEUES = '/admin/queues';
const CREDENTIALS = { BOARD_USER: 'op', BOARD_PASSWORD: 'opens the board' };

let test: TestApi;
const others: TestApi[] = [];

beforeAll(async () => {
  test = await startApi();
});
afterAll(async () => {
  await Promise.all(others.map(({ program }) => program.stop()));
  await test.close();
});

const status = async (on: TestApi, path: string, headers: Record<string, string> = {}): Promise<number> =>
  (await send(on, 'GET', path, { headers })).status;
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** Another process on the same database. */
async function another(variables: Record<string, string>): Promise<TestApi> {
  const program = await startProgram('api', { DATABASE_URL: test.db.url, ...variables });
  const made = { ...test, url: program.url, program };
  others.push(made);
  return made;
}

/** GET with a Host header of one's own, which `fetch` does not send. */
async function asHost(on: TestApi, path: string, host: string): Promise<number> {
  const { hostname, port } = new URL(on.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers: { host } });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end();
  });
}

describe('health', () => {
  it('says that the process lives and is ready, to anybody', async () => {
    const live = await send(test, 'GET', '/health/live');
    const ready = await send(test, 'GET', '/health/ready');
    expect([live.status, live.json]).toEqual([200, { status: 'live' }]);
    expect([ready.status, ready.json]).toEqual([200, { status: 'ready', database: true, queue: true }]);
  });

  it('says what is missing, and goes on living', async () => {
    const own = await startApi();
    try {
      const [row] = await own.db.query<{ name: string }>('SELECT current_database() AS name');
      await test.db.query(`ALTER DATABASE ${row?.name} WITH ALLOW_CONNECTIONS false`);
      await test.db.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [
        row?.name,
      ]);
      const ready = await send(own, 'GET', '/health/ready');
      expect([ready.status, ready.json]).toEqual([
        503,
        { status: 'not_ready', database: false, queue: expect.any(Boolean) },
      ]);
      expect(await status(own, '/health/live')).toBe(200);
      const answer = await send(own, 'POST', '/api/v1/auth/signin', { body: { email: 'a@b.cd', password: 'x' } });
      expectProblem(answer, 500, 'server.unexpected');
      expect(answer.text).not.toMatch(/connection|postgres|database/i);
    } finally {
      await own.close();
    }
  });
});

describe('documentation', () => {
  it('serves the OpenAPI document and Swagger UI to anybody', async () => {
    const document = await send(test, 'GET', '/openapi.json');
    expect(document.status).toBe(200);
    expect(document.headers.get('content-type')).toContain('application/json');
    expect(document.json).toMatchObject({ openapi: '3.0.3', info: { title: 'TestLake', version: '1' } });
    const docs = await send(test, 'GET', '/docs');
    expect(docs.status).toBe(200);
    expect(docs.headers.get('content-type')).toContain('text/html');
    expect(docs.text).toContain('swagger-ui');
    expect(await status(test, '/docs/swagger-ui-bundle.js')).toBe(200);
  });
});

describe('the job board', () => {
  it('is open on this machine in the embedded mode, to look at only', async () => {
    const board = await send(test, 'GET', QUEUES);
    expect(board.status).toBe(200);
    expect(board.headers.get('content-type')).toContain('text/html');
    const queues = await send(test, 'GET', `${QUEUES}/api/queues`);
    expect(queues.json.queues).toHaveLength(1);
    expect(queues.json.queues[0]).toMatchObject({ readOnlyMode: true });
    const name = queues.json.queues[0].name as string;
    const paused = await send(test, 'PUT', `${QUEUES}/api/queues/${name}/pause`);
    expect(paused.status).toBeGreaterThanOrEqual(400);
  });

  it('is not there for a page whose name leads to this machine', async () => {
    const { port } = new URL(test.url);
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil.example']) {
      expect({ host, status: await asHost(test, QUEUES, host) }).toEqual({ host, status: 404 });
      expect(await asHost(test, `${QUEUES}/api/queues`, host)).toBe(404);
    }
    for (const host of ['localhost', `localhost:${port}`, `127.0.0.1:${port}`, '[::1]']) {
      expect({ host, status: await asHost(test, QUEUES, host) }).toEqual({ host, status: 200 });
    }
  });

  it('is closed elsewhere, with everything in it', async () => {
    const closed = await another({ TESTLAKE_EMBEDDED: 'false' });
    for (const path of [QUEUES, `${QUEUES}/`, `${QUEUES}/api/queues`, `${QUEUES}/static/images/logo.svg`]) {
      expect({ path, status: await status(closed, path) }).toEqual({ path, status: 404 });
    }
    expect(await status(closed, QUEUES, basic('op', 'opens the board'))).toBe(404);
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded']) {
      expect(await status(closed, QUEUES, { [name]: '127.0.0.1' })).toBe(404);
    }
  });

  it.each(['true', 'false'])('asks for its password where it has one (embedded: %s)', async (embedded) => {
    const guarded = await another({ TESTLAKE_EMBEDDED: embedded, ...CREDENTIALS });
    const refused = await send(guarded, 'GET', QUEUES);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic /);
    for (const wrong of [basic('op', 'wrong'), basic('', ''), basic('op', ''), basic('opens the board', 'op')]) {
      expect(await status(guarded, `${QUEUES}/api/queues`, wrong)).toBe(401);
    }
    expect(await status(guarded, `${QUEUES}/api/queues`, { authorization: 'Basic' })).toBe(401);
    const right = basic(CREDENTIALS.BOARD_USER, CREDENTIALS.BOARD_PASSWORD);
    expect(await status(guarded, QUEUES, right)).toBe(200);
    expect(await status(guarded, `${QUEUES}/api/queues`, right)).toBe(200);
    expect(await asHost(guarded, QUEUES, 'testlake.example')).toBe(401);
  });
});
