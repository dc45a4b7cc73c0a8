import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment } from '../../libs/config/child-environment.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

const LAUNCHER = fileURLToPath(new URL('../../apps/launcher/main.js', import.meta.url));

/** Starts TestLake with these variables, which is to fail; answers what it said and how it ended. */
async function start(variables: Record<string, string>): Promise<{ said: string; code: number | null }> {
  const env = childEnvironment({ PORT: '0', REDIS_URL: '', TESTLAKE_EMBEDDED: '', ...variables });
  const launcher = spawn(process.execPath, [LAUNCHER], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  launcher.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(launcher, 'exit')) as [number | null];
  return { said, code };
}

describe('a start that cannot succeed ends with one sentence that names the variable and the remedy', () => {
  let db: TestDatabase;

  beforeAll(async () => {
    db = await createDatabase();
  });
  afterAll(() => db.drop());

  it('where the database is down', async () => {
    const { said, code } = await start({ DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/none' });
    expect(said).toMatch(/^TestLake \w+: PostgreSQL at \S+127\.0\.0\.1:1\/none does not answer .*DATABASE_URL.*\n$/);
    expect(said).not.toContain('secret');
    expect(code).toBe(1);
  });

  it('where Redis is down', async () => {
    const { said, code } = await start({ DATABASE_URL: db.url, REDIS_URL: 'redis://127.0.0.1:1' });
    expect(said).toMatch(/^TestLake \w+: Redis at redis:\/\/127\.0\.0\.1:1 does not answer .*REDIS_URL.*\n$/);
    expect(code).toBe(1);
  });

  it('where the database is newer than the code', async () => {
    await db.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`);
    const { said, code } = await start({ DATABASE_URL: db.url });
    expect(said).toMatch(/^TestLake \w+: The database behind DATABASE_URL is newer than this program .*\n$/);
    expect(code).toBe(1);
  });

  it('where variables are wrong, all of them at once', async () => {
    const { said, code } = await start({ PORT: 'abc', SLICE_ROWS: '5', DATABASE_URL: 'mysql://user:secret@x' });
    expect(said.trim().split('\n')).toEqual([
      'TestLake start: Wrong configuration:',
      '  PORT=abc: must be a whole number from 0 to 65535',
      '  DATABASE_URL: must look like postgres://user:password@host:5432/database',
      '  SLICE_ROWS=5: must be a whole number from 100 to 1000000',
    ]);
    expect(code).toBe(1);
  });
});
