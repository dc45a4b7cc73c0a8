import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lockDirectory } from './directory-lock.js';
import { identityOf } from './process-identity.js';

describe('lockDirectory', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'testlake-lock-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('refuses a second one until the first has released', async () => {
    const lock = await lockDirectory(dir);
    await expect(lockDirectory(dir)).rejects.toThrow(`in use by another TestLake (process ${process.pid})`);
    lock.release();
    (await lockDirectory(dir)).release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('takes over from a process that has died, or whose number another has now', async () => {
    // Only Linux tells a number that was given anew.
    const reused = process.platform === 'linux' ? [`${process.pid} another-start z\n`] : [];
    for (const dead of ['999999999 x y\n', '', ...reused]) {
      writeFileSync(path.join(dir, 'lock'), dead);
      const lock = await lockDirectory(dir);
      lock.release();
      expect(readdirSync(dir)).toEqual([]);
    }
  });

  it('lets one of many through', async () => {
    writeFileSync(path.join(dir, 'lock'), '999999999 x y\n');
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(dir)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('identityOf', () => {
  it('is null for a number that no process has', () => {
    expect(identityOf(999_999_999)).toBeNull();
    expect(identityOf(process.pid)).not.toBeNull();
  });
});
