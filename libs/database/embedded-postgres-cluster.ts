import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { StartupError } from '../process/startup-error.js';
import { type Account, canEnter, isRoot, makeFolder, publicFolder } from './embedded-postgres-account.js';
import type { Binaries } from './embedded-postgres-binaries.js';

/** Owner of the embedded cluster. */
export const SUPERUSER = 'testlake';

/** An empty cluster with its first log segments. */
const MB = 1024 * 1024;
const NEEDED_MB = 150;

/**
 * Where the cluster of a data folder lies: in it, or, when root works below a folder that the database's account cannot enter,
 * in a folder of root's that a link leads to. `log` hears of the second case.
 */
export function placeCluster(dataDir: string, account: Account, log: (line: string) => void): string {
  const cluster = path.join(dataDir, 'cluster');
  const found = lstatSync(cluster, { throwIfNoEntry: false });
  if (found === undefined && (!isRoot() || canEnter(dataDir, account))) return cluster;
  if (found?.isDirectory()) return requireEntry(cluster, dataDir, account);
  const elsewhere = found === undefined ? publicPlace(dataDir) : path.dirname(readlinkSync(cluster));
  makeFolder(elsewhere);
  if (found === undefined) symlinkSync(path.join(elsewhere, 'cluster'), cluster);
  log(`The embedded database lies in ${elsewhere}: its account cannot enter ${dataDir}.`);
  return path.join(elsewhere, 'cluster');
}

function requireEntry(cluster: string, dataDir: string, account: Account): string {
  if (!isRoot() || canEnter(cluster, account)) return cluster;
  throw new StartupError(
    `TESTLAKE_DIR: the account of the embedded database (uid ${account.uid}) cannot enter ${dataDir}: let everybody enter the folders above it (chmod o+x), or set TESTLAKE_DIR to another folder.`,
  );
}

/** The link goes with a data folder that somebody deletes to begin anew; what it led to is kept, once. */
function publicPlace(dataDir: string): string {
  const place = path.join(publicFolder(), createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  if (existsSync(place)) {
    rmSync(`${place}.old`, { recursive: true, force: true });
    renameSync(place, `${place}.old`);
  }
  return place;
}

/** The superuser's password: made once, readable by the owner of the data only. */
export function readPassword(dataDir: string, cluster: string): string {
  const file = path.join(dataDir, 'password');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  if (existsSync(cluster)) {
    throw new StartupError(
      `TESTLAKE_DIR: ${file} is missing, without which the embedded database cannot be opened: put it back, or delete ${dataDir} to begin anew.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  const aside = `${file}.new`;
  rmSync(aside, { force: true });
  writeFileSync(aside, password, { mode: 0o600, flag: 'wx' });
  renameSync(aside, file);
  return password;
}

/** Makes the cluster if there is none, aside and then renamed: an interrupted start leaves nothing half made. */
export async function ensureCluster(
  binaries: Binaries,
  cluster: string,
  password: string,
  account: Account,
  fast: boolean,
): Promise<void> {
  if (existsSync(cluster)) return requireVersion(cluster, binaries.major);
  requireRoom(path.dirname(cluster));
  const aside = `${cluster}.new`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { mode: 0o700 });
  const passwordFile = `${aside}.password`;
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
  for (const item of [aside, passwordFile]) {
    if (account.uid !== undefined && account.gid !== undefined) chownSync(item, account.uid, account.gid);
  }
  try {
    await initdb(binaries.initdb, aside, passwordFile, account, fast);
    renameSync(aside, cluster);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function initdb(program: string, dir: string, passwordFile: string, account: Account, fast: boolean): Promise<void> {
  // The built-in locale sorts alike on every machine; that of the system depends on its C library.
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const access = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`];
  const args = ['-D', dir, ...access, ...locale, '--no-instructions', ...(fast ? ['--no-sync'] : [])];
  return new Promise((resolve, reject) => {
    execFile(program, args, { ...account, cwd: dir, env: { LC_ALL: 'C' } }, (error, _stdout, stderr) => {
      if (error === null) return resolve();
      rmSync(dir, { recursive: true, force: true });
      reject(
        diskTrouble(path.dirname(dir), stderr) ??
          new StartupError(failure('could not be made', stderr || error.message)),
      );
    });
  });
}

function requireVersion(cluster: string, major: number): void {
  const made = Number(readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8'));
  if (made === major) return;
  throw new StartupError(
    `TESTLAKE_DIR: the embedded database in ${realpathSync(cluster)} was made by PostgreSQL ${made}, and this TestLake runs ${major}: set TESTLAKE_DIR to a new folder, or DATABASE_URL to a PostgreSQL ${made} or newer that serves the data.`,
  );
}

function requireRoom(dir: string): void {
  if (freeMegabytes(dir) < NEEDED_MB) throw diskFull(dir);
}

function freeMegabytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return (bavail * bsize) / MB;
}

/** The sentence for a full disk, when that is what the output or the disk itself shows: a log on a full disk stays empty. */
export function diskTrouble(dir: string, output: string): StartupError | undefined {
  const said = /No space left on device|Disk quota exceeded/.test(output);
  return said || freeMegabytes(dir) < 16 ? diskFull(dir) : undefined;
}

function diskFull(dir: string): StartupError {
  return new StartupError(
    `TESTLAKE_DIR: the disk of ${dir} is full (${Math.floor(freeMegabytes(dir))} MB free, ${NEEDED_MB} MB needed): make room, or set TESTLAKE_DIR to a folder on another disk.`,
  );
}

/** The sentence for a server that failed for a reason of its own, which its last lines tell. */
export function failure(what: string, output: string): string {
  const lines = output.trim().split('\n').slice(-4).join(' | ');
  return `The embedded database ${what} (${lines}): set TESTLAKE_DIR to another folder, or DATABASE_URL to a PostgreSQL 18.`;
}
