import { ConfigError } from '../config/config.js';
import { explainService } from './explain-service.js';
import { ReportedError, StartupError } from './startup-error.js';

/** What the sentence may name: the settings in force, as far as they could be read. */
export interface Surroundings {
  /** Variable that sets the port of this process; `PORT` unless said otherwise. */
  portVariable?: string;
  host?: string;
  dataDir?: string;
  databaseUrl?: string | null;
  redisUrl?: string | null;
  /** True when the database is the one that TestLake starts itself. */
  embedded?: boolean;
}

/** An error of Node, of a driver or of ours, as far as its details matter here. */
export interface Trouble extends Error {
  code?: string;
  syscall?: string;
  path?: string;
  hostname?: string;
  address?: string;
  port?: number;
}

/**
 * One sentence for people about an error that ended a start: what is wrong, which variable, what to do.
 * Empty for a failure that was already printed; an error that nobody foresaw keeps its stack trace.
 */
export function explain(error: unknown, around: Surroundings = {}): string {
  const trouble = innermost(error);
  if (trouble instanceof ReportedError) return '';
  if (trouble instanceof ConfigError || trouble instanceof StartupError) return trouble.message;
  return (
    explainPort(trouble, around) ??
    explainFolder(trouble, around) ??
    explainService(trouble, around) ??
    `Unexpected error: ${trouble.stack ?? trouble.message}`
  );
}

/** Drivers wrap: TypeORM keeps the driver's error, and Node collects one error per address of a host name. */
function innermost(error: unknown): Trouble {
  if (!(error instanceof Error)) return new Error(String(error));
  const { driverError, errors, cause } = error as { driverError?: unknown; errors?: unknown[]; cause?: unknown };
  const next = driverError ?? (error instanceof AggregateError ? errors?.[0] : undefined) ?? causeOf(error, cause);
  return next instanceof Error ? innermost(next) : error;
}

function causeOf(error: Trouble, cause: unknown): unknown {
  return error.code === undefined && !(error instanceof StartupError) ? cause : undefined;
}

function explainPort(error: Trouble, { portVariable = 'PORT', host }: Surroundings): string | undefined {
  if (error.code === 'EADDRINUSE') {
    return `Port ${error.port ?? ''} is in use by another program: stop that one, or set ${portVariable} to another port.`;
  }
  if (error.code === 'EACCES' && (error.syscall === 'listen' || error.syscall === 'bind')) {
    return `Port ${error.port ?? ''} may not be opened by this user: set ${portVariable} to a port above 1023.`;
  }
  const unknownHost = error.code === 'ENOTFOUND' && host !== undefined && error.hostname === host;
  if (error.code === 'EADDRNOTAVAIL' || unknownHost) {
    const address = host ?? error.address ?? '';
    return `This machine has no address ${address}: set HOST to one of its own, such as 127.0.0.1 or 0.0.0.0.`;
  }
  return undefined;
}

const FOLDER_TROUBLE: Record<string, string> = {
  EACCES: 'may not be written by this user: give the user the right, or set TESTLAKE_DIR to a folder of their own.',
  EPERM: 'may not be changed by this user: give the user the right, or set TESTLAKE_DIR to a folder of their own.',
  EROFS: 'is on a read-only file system: set TESTLAKE_DIR to a folder that can be written.',
  ENOENT: 'cannot be made there: set TESTLAKE_DIR to another path.',
  ENOTDIR: 'lies below something that is no folder: set TESTLAKE_DIR to another path.',
  EEXIST: 'exists and is no folder: set TESTLAKE_DIR to another path.',
  ENOSPC: 'is on a full disk: make room, or set TESTLAKE_DIR to a folder on another disk.',
  EDQUOT: 'is over its disk quota: make room, or set TESTLAKE_DIR to a folder on another disk.',
};

function explainFolder(error: Trouble, { dataDir }: Surroundings): string | undefined {
  const remedy = FOLDER_TROUBLE[error.code ?? ''];
  if (remedy === undefined) return undefined;
  const diskFull = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  if (error.code === 'ENOENT' && error.syscall !== 'mkdir') return undefined; // a file of ours is missing: a fault, with its stack
  const inside = dataDir !== undefined && error.path !== undefined && overlaps(dataDir, error.path);
  if (!diskFull && !inside) return undefined;
  return `TESTLAKE_DIR${dataDir === undefined ? '' : ` (${dataDir})`} ${remedy}`;
}

/** A folder that cannot be made is reported with the path of the parent that refused. */
function overlaps(dataDir: string, path: string): boolean {
  return path.startsWith(dataDir) || dataDir.startsWith(path);
}
