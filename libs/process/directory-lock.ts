import { randomUUID } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf } from './process-identity.js';
import { StartupError } from './startup-error.js';

/** A folder that is ours until released, or until this process is gone. */
export interface DirectoryLock {
  release(): void;
}

/** Two processes that find the same dead lock need this long at most to see who won. */
const SETTLE_MS = 50;

/**
 * Takes the folder (which must exist) for this process alone. A lock whose process has died is taken over.
 * Throws {@link StartupError} when a living process holds it.
 */
export async function lockDirectory(dir: string): Promise<DirectoryLock> {
  const file = path.join(dir, 'lock');
  const mine = `${process.pid} ${identityOf(process.pid) ?? ''} ${randomUUID()}\n`;
  for (let attempt = 0; attempt < 20; attempt++) {
    if (create(file, mine)) {
      // A rival that judged our predecessor dead may still be moving "its" file away, which is now ours.
      await sleep(SETTLE_MS);
      if (read(file) === mine) return { release: () => release(file, mine) };
      continue;
    }
    const holder = read(file);
    if (holder !== undefined && isHeld(holder)) throw inUse(dir, file, holder);
    removeStale(file, holder);
  }
  throw new StartupError(
    `TESTLAKE_DIR: ${dir} could not be locked: delete ${file}, or set TESTLAKE_DIR to another folder.`,
  );
}

/** Complete from the first moment: the content is written aside, and the link either succeeds or finds a lock. */
function create(file: string, content: string): boolean {
  const aside = `${file}.${process.pid}.${randomUUID()}`;
  writeFileSync(aside, content, { mode: 0o644, flag: 'wx' });
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? false : createWithoutLink(file, content);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Some mounted folders know no hard links. */
function createWithoutLink(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { mode: 0o644, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function isHeld(content: string): boolean {
  const [pid, identity] = content.split(' ');
  const living = identityOf(Number(pid));
  return living !== null && (living === '' || living === identity);
}

/** Moves the dead lock aside, and puts it back if it turned out to be another, living one. */
function removeStale(file: string, stale: string | undefined): void {
  const aside = `${file}.${process.pid}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (read(aside) !== stale && lstatSync(aside).isFile()) linkSync(aside, file);
  } catch {
    // Someone else was faster; the next attempt sees what they left.
  } finally {
    rmSync(aside, { force: true });
  }
}

function release(file: string, mine: string): void {
  if (read(file) === mine) rmSync(file, { force: true });
}

function inUse(dir: string, file: string, holder: string): StartupError {
  const pid = holder.split(' ')[0];
  return new StartupError(
    `TESTLAKE_DIR: ${dir} is in use by another TestLake (process ${pid}): stop that one, or set TESTLAKE_DIR to another folder` +
      ` (if process ${pid} is no TestLake, delete ${file}).`,
  );
}
