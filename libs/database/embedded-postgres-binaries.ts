import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartupError } from '../process/startup-error.js';
import { type Account, isRoot, publicFolder } from './embedded-postgres-account.js';

const require = createRequire(import.meta.url);

/** PostgreSQL's programs, ready to be run by the account. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** Such as 18: a cluster made by another major version cannot be served. */
  major: number;
}

/**
 * Finds the programs that npm installed, and repairs or copies them (60 MB, once) where the account cannot run them in place:
 * links that npm left out, modules below a folder that only root may enter. Throws {@link StartupError} when none runs.
 */
export function findBinaries(account: Account, dataDir: string): Binaries {
  const installed = installedFolder();
  if (!runs(installed, account)) repair(installed);
  const native = runs(installed, account) ? installed : copyOf(installed, isRoot() ? publicFolder() : dataDir);
  const version = askVersion(native, account);
  const major = /PostgreSQL\) (\d+)/.exec(version.stdout ?? '')?.[1];
  if (version.status !== 0 || major === undefined) {
    const why = version.error?.message ?? (version.stderr.trim() || `exit code ${version.status}`);
    throw new StartupError(
      `The embedded PostgreSQL does not run on this machine (${why}): set DATABASE_URL to a PostgreSQL 18.`,
    );
  }
  return { initdb: path.join(native, 'bin/initdb'), postgres: path.join(native, 'bin/postgres'), major: Number(major) };
}

function installedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(require.resolve(name)), '../native');
  } catch {
    throw new StartupError(
      `There is no embedded PostgreSQL here (${name} is not installed): set DATABASE_URL to a PostgreSQL 18, or run npm ci without --omit.`,
    );
  }
}

function askVersion(
  native: string,
  account: Account,
): ReturnType<typeof spawnSync> & { stdout: string; stderr: string } {
  return spawnSync(path.join(native, 'bin/postgres'), ['--version'], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
    env: {},
  });
}

function runs(native: string, account: Account): boolean {
  return askVersion(native, account).status === 0;
}

/** npm packages carry no symbolic links; a script makes them after the install, unless scripts are switched off. */
function repair(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    attempt(() => symlinkSync(path.basename(source), path.join(native, '..', target)));
  }
  for (const program of ['postgres', 'initdb', 'pg_ctl'])
    attempt(() => chmodSync(path.join(native, 'bin', program), 0o755));
}

/** What cannot be repaired in place (somebody else's modules) is repaired in the copy. */
function attempt(change: () => void): void {
  try {
    change();
  } catch {
    // Exists already, or may not be changed.
  }
}

/** The parent is a folder that only we write to, so nobody can lay a trap there; the rename makes the copy whole or absent. */
function copyOf(installed: string, parent: string): string {
  const { version } = JSON.parse(readFileSync(path.join(installed, '../package.json'), 'utf8')) as { version: string };
  const copy = path.join(parent, `postgresql-${version}`);
  const native = path.join(copy, 'native');
  if (existsSync(native)) return native;
  const aside = `${copy}.${randomUUID()}`;
  try {
    cpSync(installed, path.join(aside, 'native'), { recursive: true, verbatimSymlinks: true });
    repair(path.join(aside, 'native'));
    openUp(aside);
    renameSync(aside, copy);
  } catch (error) {
    if (!existsSync(native)) throw error; // else another start has made the same copy meanwhile
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return native;
}

/** The modules may have been installed under a umask that keeps everybody else out. */
function openUp(at: string): void {
  const item = lstatSync(at);
  if (item.isFile()) chmodSync(at, item.mode & 0o100 ? 0o755 : 0o644);
  if (!item.isDirectory()) return;
  chmodSync(at, 0o755);
  for (const name of readdirSync(at)) openUp(path.join(at, name));
}
