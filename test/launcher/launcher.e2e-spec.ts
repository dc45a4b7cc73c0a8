import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanUp, databasePid, DIST, launch, type Launched, living, temporaryFolder } from './support.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 60_000;

describe('the launcher', () => {
  let dir: string;
  let launched: Launched[];

  const start = (variables: Record<string, string> = {}, script?: string): Launched => {
    const one = launch(dir, variables, script);
    launched.push(one);
    return one;
  };

  beforeEach(() => {
    dir = temporaryFolder();
    launched = [];
  });
  afterEach(() => cleanUp(dir, launched), PATIENCE_MS);

  it(
    'starts database, API and worker, and Ctrl-C ends them all',
    async () => {
      const one = start();
      const { api } = await one.ready;
      expect(await (await fetch(api)).text()).toMatch(/^\d+$/);
      expect(living(dir, one)).toHaveLength(3);
      const since = Date.now();
      one.process.kill('SIGINT');
      one.process.kill('SIGINT'); // npm passes the terminal's signal on once more
      expect(await one.ended).toBe(0);
      expect(Date.now() - since).toBeLessThan(10_000);
      expect(living(dir, one)).toEqual([]);
      expect(one.notes().filter((line) => line.endsWith('ends'))).toHaveLength(2);
    },
    PATIENCE_MS,
  );

  it(
    'starts a killed worker again, and says so in one line',
    async () => {
      const one = start();
      const [worker] = (await one.ready).workers;
      process.kill(worker as number, 'SIGKILL');
      await until(() => one.notes().filter((line) => /^worker \d+ ready/.test(line)).length === 2, 'a second worker');
      expect(one.output()).toContain('The worker ended (SIGKILL); it is started again in 0.2 s.\n');
      expect(living(dir, one)).toHaveLength(3);
    },
    PATIENCE_MS,
  );

  it(
    'gives the API its port again after a restart',
    async () => {
      const one = start();
      const { api } = await one.ready;
      const before = await (await fetch(api)).text();
      process.kill(Number(before), 'SIGKILL');
      await until(() => one.notes().filter((line) => /^api \d+ ready/.test(line)).length === 2, 'a second API');
      expect(await (await fetch(api)).text()).not.toBe(before);
    },
    PATIENCE_MS,
  );

  it(
    'ends within ten seconds though a worker hangs',
    async () => {
      const one = start({ FIXTURE_HANGS: 'worker' });
      await one.ready;
      const since = Date.now();
      one.process.kill('SIGTERM');
      expect(await one.ended).toBe(0);
      expect(Date.now() - since).toBeLessThan(10_000);
      expect(living(dir, one)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'ends at once on a second Ctrl-C',
    async () => {
      const one = start({ FIXTURE_HANGS: 'worker' });
      await one.ready;
      one.process.kill('SIGINT');
      // What comes sooner counts as the same Ctrl-C.
      await pause(1_200);
      const since = Date.now();
      one.process.kill('SIGINT');
      expect(await one.ended).toBe(1);
      expect(Date.now() - since).toBeLessThan(1000);
      await until(() => living(dir, one).length === 0, 'the end of all');
    },
    PATIENCE_MS,
  );

  it(
    'leaves nothing behind when it is killed, and starts on the same data again',
    async () => {
      const one = start();
      await one.ready;
      one.process.kill('SIGKILL');
      await one.ended;
      const two = start();
      await two.ready;
      await until(() => living(dir, one).every((pid) => pid === databasePid(dir)), 'the end of all but the database');
      two.process.kill('SIGKILL');
      await until(() => living(dir, one, two).length === 0, 'the end of all');
    },
    PATIENCE_MS,
  );

  it(
    'stops a start that is under way',
    async () => {
      const one = start();
      await until(() => databasePid(dir) > 0, 'the database');
      one.process.kill('SIGTERM');
      expect(await one.ended).toBe(0);
      expect(living(dir, one)).toEqual([]);
      expect(one.output()).not.toContain('TestLake start:');
    },
    PATIENCE_MS,
  );

  it(
    'refuses a folder that another one uses',
    async () => {
      const one = start();
      await one.ready;
      const two = start();
      expect(await two.ended).toBe(1);
      expect(two.output()).toMatch(
        /^TestLake start: TESTLAKE_DIR: .*\/data is in use by another TestLake \(process \d+\): .*\n$/,
      );
      expect(living(dir, one)).toHaveLength(3);
    },
    PATIENCE_MS,
  );

  it(
    'uses a database that it is given, and starts none',
    async () => {
      const one = start();
      const { database } = await one.ready;
      const two = start({ DATABASE_URL: database, FIXTURE_EMBEDDED: 'false' });
      expect((await two.ready).database).toBe(database);
      two.process.kill('SIGTERM');
      expect(await two.ended).toBe(0);
      expect(living(dir, one, two)).toHaveLength(3);
    },
    PATIENCE_MS,
  );

  it(
    'says that the port is in use before it starts anything',
    async () => {
      const server = createServer();
      const port = await new Promise<number>((resolve) =>
        server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
      );
      const one = start({ PORT: String(port) });
      expect(await one.ended).toBe(1);
      server.close();
      expect(one.output()).toBe(
        `TestLake start: Port ${port} is in use by another program: stop that one, or set PORT to another port.\n`,
      );
      expect(existsSync(path.join(dir, 'data/postgres'))).toBe(false);
    },
    PATIENCE_MS,
  );

  it.each([
    ['migrate', 'The database is newer than this program.\n'],
    ['api', 'TestLake api: the fixture was told to fail.\n'],
    ['worker', 'TestLake worker: the fixture was told to fail.\n'],
  ])(
    'ends with the sentence of a %s that fails',
    async (which, sentence) => {
      const one = start({ FIXTURE_FAILS: which });
      expect(await one.ended).toBe(1);
      expect(one.output()).toBe(sentence);
      expect(living(dir, one)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'ends when its database is gone',
    async () => {
      const one = start();
      await one.ready;
      process.kill(databasePid(dir), 'SIGKILL');
      expect(await one.ended).toBe(1);
      expect(one.output()).toMatch(
        /TESTLAKE_DIR \(.*\): the embedded PostgreSQL ended by itself \(SIGKILL\); its log is .*server\.log; start again/,
      );
      expect(living(dir, one).filter((pid) => pid !== databasePid(dir))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'names every wrong variable',
    async () => {
      const one = start({ PORT: '70000', DATABASE_URL: 'mysql://x' }, path.join(DIST, 'apps/launcher/main.js'));
      expect(await one.ended).toBe(1);
      expect(one.output()).toMatch(/PORT=70000: .*\n.*DATABASE_URL: must look like/);
    },
    PATIENCE_MS,
  );
});
