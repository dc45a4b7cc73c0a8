import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { StartupError } from '../process/startup-error.js';

/** Whom the database runs as; empty for "the user we are". */
export interface Account {
  uid?: number;
  gid?: number;
}

/** Whether we are root, as whom PostgreSQL refuses to run. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The account for the database: ourselves, or for root an unprivileged one. A cluster that exists already belongs to somebody,
 * and only they can serve it. Throws {@link StartupError} when that is another user, or when root finds no account.
 */
export function accountFor(cluster: string): Account {
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (!isRoot()) {
    if (owner === undefined || owner.uid === process.getuid?.()) return {};
    throw new StartupError(
      `TESTLAKE_DIR: the embedded database in ${cluster} belongs to another user (uid ${owner.uid}): start as that user, or set TESTLAKE_DIR to another folder.`,
    );
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return unprivileged();
}

function unprivileged(): Account {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new StartupError(
    'PostgreSQL does not run as root, and there is no account postgres or nobody: start as an ordinary user, or set DATABASE_URL.',
  );
}

/** Asks the system itself, which knows of access lists and mount options too. */
export function canEnter(dir: string, account: Account): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', dir], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Makes a folder and its parents whatever the umask says: root's may be entered by the database's account, others' by nobody. */
export function makeFolder(dir: string): void {
  // Step by step: with `recursive`, Node never returns where a folder refuses new ones as `/proc` does.
  if (!existsSync(path.dirname(dir))) makeFolder(path.dirname(dir));
  try {
    mkdirSync(dir);
  } catch (error) {
    if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
    throw error;
  }
  chmodSync(dir, isRoot() ? 0o711 : 0o700);
}

/**
 * Root's own folder outside any home, for what the database's account must reach: below `/var/lib`, which nobody cleans up,
 * else `/var/tmp`. Throws {@link StartupError} when neither can be had, or somebody else has laid something in its place.
 */
export function publicFolder(): string {
  for (const parent of ['/var/lib', '/var/tmp']) {
    const dir = path.join(parent, 'testlake');
    try {
      makeFolder(dir);
    } catch {
      continue;
    }
    const found = lstatSync(dir);
    if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return dir;
  }
  throw new StartupError(
    'TESTLAKE_DIR lies where only root may enter, and neither /var/lib/testlake nor /var/tmp/testlake can be used: set TESTLAKE_DIR to a folder below one that everybody may enter.',
  );
}
