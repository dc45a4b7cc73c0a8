import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { type OwnServer, startOwnServer } from '../support/own-server.js';
import { ok } from '../support/project.js';
import { describeOnEachQueue } from '../support/redis.js';
import { SOON } from '../support/worker.js';
import { givenWorkshop, type Workshop } from './workshop.js';

const ROWS = testSettings().isLong ? 2_000_000 : 200_000;
const AFTERWARDS = testSettings().isLong ? ROWS : 20_000;
/** Megabytes: an empty database has 12, and the rows need more than the rest. */
const SMALL = testSettings().isLong ? 64 : 40;

const mount = (folder: string, options: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0;

/** Whether this machine lets the tests make a small disk. */
function canMount(): boolean {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-mount-'));
  const isMounted = mount(folder, 'size=1m');
  if (isMounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
}

describeOnEachQueue('a run whose database', (backend) => {
  let server: OwnServer;
  let workshop: Workshop | undefined;
  let disk: string | undefined;

  beforeAll(async () => {
    server = await startOwnServer();
  });
  afterEach(async () => {
    await workshop?.close();
    workshop = undefined;
  });
  afterAll(async () => {
    await server.remove();
    if (!disk) return;
    spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });

  const expectExact = async (id: string, rows = ROWS): Promise<void> => {
    expect(await workshop?.end(id)).toMatchObject({ state: 'succeeded', done: rows, total: rows });
    expect(await workshop?.stored(id)).toEqual({ rows, ids: rows });
  };

  it('is restarted goes on, with the same worker and the same API', async () => {
    workshop = await givenWorkshop(backend, SOON, await server.database());
    await workshop.worker();
    const id = await workshop.generate(ROWS);
    await workshop.until(id, ({ done }) => done > 0);
    await server.stop();
    await server.start();
    await expectExact(id);
    await expectExact(await workshop.generate(AFTERWARDS), AFTERWARDS);
  });

  const onSmallDisk = canMount() ? describe : describe.skip;
  onSmallDisk('has no room left', () => {
    it('fails and says so, and does the rest when it is retried after somebody has made room', async () => {
      disk = mkdtempSync(path.join(os.tmpdir(), 'testlake-disk-'));
      mount(disk, `size=${SMALL}m,mode=755`);
      const folder = path.join(disk, 'data');
      mkdirSync(folder, { mode: 0o700 });
      const { uid, gid } = server.owner;
      if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
      workshop = await givenWorkshop(backend, SOON, await server.database(folder));
      const worker = await workshop.worker();
      await workshop.end(await workshop.generate(100));
      const id = await workshop.generate(ROWS);
      // Where not even the failure finds room, the log has it, and the run goes on by itself when there is some.
      const isSaid = (): boolean =>
        worker.output().includes('The disk of the database server is full (could not extend');
      const full = await workshop.until(id, isSaid);
      expect(full.done).toBeLessThan(ROWS);
      const before = await workshop.until(id, patience(5_000));
      spawnSync('mount', ['-o', 'remount,size=4g', disk]);
      const after = before.state === 'failed' ? before : await workshop.end(id);
      if (after.state === 'failed') {
        expect(after.error).toMatch(/^The disk of the database server is full \(could not .*\): make room there/);
        expect(await workshop.stored(id)).toMatchObject({ rows: after.done });
        await ok(api.retryRun({ client: workshop.client, path: { id } }));
      }
      await expectExact(id);
    });
  });
});

/** Holds once so many milliseconds are over. */
function patience(milliseconds: number): () => boolean {
  const end = Date.now() + milliseconds;
  return () => Date.now() > end;
}
