import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import nodeHttp from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Stage } from '../stage.js';
import { atLeast, rateHere, report } from '../report.js';
import { measure, repeatedly } from '../rounds.js';
import { feature, stocked } from './stocks.js';

const ROUNDS = 7;
const MS = 2_000;
const CLIENTS = 32;
const MANY_CLIENTS = 64;
const ROWS = 150_000;

/** Requests over kept connections, as many at a time as there are clients. */
class Load {
  private readonly agent = new nodeHttp.Agent({ keepAlive: true, maxSockets: MANY_CLIENTS });
  readonly times: number[] = [];

  constructor(
    private readonly url: string,
    private readonly headers: Record<string, string>,
  ) {}

  run(clients: number): Promise<number> {
    return repeatedly(clients, MS, () => this.request());
  }

  get p99(): number {
    return this.times.sort((a, b) => a - b)[Math.floor(this.times.length * 0.99)] ?? 0;
  }

  private async request(): Promise<void> {
    const started = performance.now();
    const request = nodeHttp.get(this.url, { agent: this.agent, headers: this.headers });
    const [response] = (await once(request, 'response')) as [nodeHttp.IncomingMessage];
    response.resume();
    await once(response, 'end');
    if (response.statusCode !== 200) throw new Error(`${this.url} answered ${response.statusCode}`);
    this.times.push(performance.now() - started);
  }
}

/** The API, signed in, beside bare Fastify with the same SQL. */
export async function http(stage: Stage): Promise<void> {
  const { workspace, databaseUrl, client } = stage;
  const { baseUrl = '', headers } = workspace.client.getConfig();
  const signedIn = Object.fromEntries(new Headers(headers as never));
  const { server, url } = await startBare(databaseUrl, workspace.userId);
  const both = (path: string, bare: string) => ({
    own: new Load(`${baseUrl}/api/v1/${path}`, signedIn),
    bare: new Load(`${url}/${bare}`, {}),
  });
  try {
    for (const schemas of [1, 5]) {
      const one = await feature(stage, `Http ${schemas}`, schemas);
      const envId = await stocked(stage, one, ROWS);
      await client.query('VACUUM ANALYZE test_data');
      const path = `features/${one.featureId}/environments/${envId}/request-data`;
      const load = both(path, `claim/${one.featureId}/${envId}`);
      const rates = await measure({ bare: () => load.bare.run(CLIENTS), own: () => load.own.run(CLIENTS) }, ROUNDS);
      rateHere(`bare Fastify, ${schemas} schema(s)`, rates.bare, 'claims');
      atLeast(`request-data of ${schemas} schema(s), ${CLIENTS} clients`, rates.own / rates.bare, 0.7);
      if (schemas === 1) await tail(both(path, `claim/${one.featureId}/${envId}`));
    }
    const { rows } = await client.query<{ id: string }>('SELECT id FROM test_data LIMIT 1');
    const load = both(`test-data/${rows[0]?.id}`, `record/${rows[0]?.id}`);
    const rates = await measure({ bare: () => load.bare.run(CLIENTS), own: () => load.own.run(CLIENTS) }, ROUNDS);
    atLeast(`GET of one record, ${CLIENTS} clients`, rates.own / rates.bare, 0.75);
  } finally {
    server.kill();
  }
}

async function tail(load: { own: Load; bare: Load }): Promise<void> {
  await measure({ bare: () => load.bare.run(MANY_CLIENTS), own: () => load.own.run(MANY_CLIENTS) }, ROUNDS);
  const ratio = load.own.p99 / load.bare.p99;
  const figure = `${load.own.p99.toFixed(1)} / ${load.bare.p99.toFixed(1)} ms`;
  report(`p99 of request-data, ${MANY_CLIENTS} clients`, figure, 'at most 4 ×', ratio <= 4);
}

async function startBare(databaseUrl: string, userId: string): Promise<{ server: ChildProcess; url: string }> {
  const script = fileURLToPath(new URL('bare-server.js', import.meta.url));
  const server = fork(script, [databaseUrl, userId]);
  const [url] = (await once(server, 'message')) as [string];
  return { server, url };
}
