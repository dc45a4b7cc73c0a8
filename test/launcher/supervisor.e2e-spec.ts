import { afterEach, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { childEnvironment } from '../../libs/config/child-environment.js';
import { identityOf } from '../../libs/process/process-identity.js';
import { ReportedError } from '../../libs/process/startup-error.js';
import { Supervised } from '../../libs/process/supervisor.js';
import { until } from '../support/until.js';
import { FIXTURES } from './support.js';

describe('a supervised process', () => {
  let supervised: Supervised;
  const lines: string[] = [];

  const supervise = (script: string, variables: Record<string, string> = {}): Supervised => {
    lines.length = 0;
    const env = childEnvironment({ NODE_OPTIONS: null, PORT: '0', ...variables });
    supervised = new Supervised({ name: 'worker', script: path.join(FIXTURES, script), env }, (line) =>
      lines.push(line),
    );
    return supervised;
  };

  afterEach(() => supervised.stop(100));

  it('is started again and again, each time a little later', async () => {
    expect(await supervise('flaky.mjs').start()).toBe('http://127.0.0.1:1');
    await until(() => lines.length === 3, 'three lines');
    expect(lines).toEqual([
      'The worker ended (code 3); it is started again in 0.2 s.',
      'The worker ended (code 3); it is started again in 0.4 s.',
      'The worker ended (code 3); it is started again in 0.8 s.',
    ]);
  }, 20_000);

  it('is not started again when it never was ready', async () => {
    await expect(supervise('worker.mjs', { FIXTURE_FAILS: 'worker' }).start()).rejects.toThrow(ReportedError);
    expect(lines).toEqual([]);
  }, 20_000);

  it('is replaced by a fresh one on demand, without a word', async () => {
    await supervise('worker.mjs').start();
    const before = supervised.pid as number;
    await supervised.restart(1000);
    expect(supervised.pid).not.toBe(before);
    expect(identityOf(before)).toBeNull();
    expect(lines).toEqual([]);
  }, 20_000);

  it('stays down once stopped, though it was about to be started again', async () => {
    await supervise('flaky.mjs').start();
    await until(() => lines.length === 1, 'a line');
    await supervised.stop(100);
    // Longer than it would have waited before it started again: nothing is to happen.
    await pause(500);
    expect(lines).toHaveLength(1);
  }, 20_000);
});
