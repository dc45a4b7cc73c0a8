import type { Surroundings, Trouble } from './explain.js';

const UNREACHABLE: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'host name could not be looked up',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
};

/** The sentence for a PostgreSQL or Redis that is away, refuses, or has run full; undefined for anything else. */
export function explainService(error: Trouble, around: Surroundings): string | undefined {
  return explainRedis(error, around) ?? explainDatabase(error, around);
}

function explainRedis(error: Trouble, around: Surroundings): string | undefined {
  const at = `Redis at ${shown(around.redisUrl, 'REDIS_URL')}`;
  if (/^(WRONGPASS|NOAUTH|ERR AUTH)/.test(error.message)) {
    return `${at} refuses the user or the password: correct them in REDIS_URL.`;
  }
  const reason = UNREACHABLE[error.code ?? ''];
  const lost = error.name === 'MaxRetriesPerRequestError' || error.message === 'Connection is closed.';
  if (!lost && (reason === undefined || !isRedis(error, around))) return undefined;
  return `${at} does not answer (${reason ?? 'connection lost'}): start it, or correct REDIS_URL; without REDIS_URL the queue is kept in PostgreSQL.`;
}

/** Both services may fail to connect with the same code; the address that was tried tells which one it was. */
function isRedis(error: Trouble, { redisUrl, databaseUrl }: Surroundings): boolean {
  if (!redisUrl) return error.port === 6379;
  return matches(error, redisUrl, 6379) && !(databaseUrl && matches(error, databaseUrl, 5432));
}

function matches(error: Trouble, url: string, defaultPort: number): boolean {
  const parsed = parse(url);
  if (parsed === undefined) return false;
  if (error.hostname !== undefined) return error.hostname === parsed.hostname;
  return error.port === undefined || error.port === Number(parsed.port || defaultPort);
}

function explainDatabase(error: Trouble, around: Surroundings): string | undefined {
  const reason = UNREACHABLE[error.code ?? ''] ?? silence(error);
  if (reason !== undefined) return around.embedded ? embeddedAway(reason, around) : databaseAway(reason, around);
  return databaseRefuses(error, around);
}

function silence(error: Trouble): string | undefined {
  if (/timeout expired|connection timeout/i.test(error.message)) return 'no answer in time';
  return /^Connection terminated/.test(error.message) ? 'connection closed' : undefined;
}

function databaseAway(reason: string, { databaseUrl }: Surroundings): string {
  return `PostgreSQL at ${shown(databaseUrl, 'DATABASE_URL')} does not answer (${reason}): start it, or correct DATABASE_URL; without DATABASE_URL an embedded one is started.`;
}

function embeddedAway(reason: string, { dataDir }: Surroundings): string {
  return `The embedded PostgreSQL does not answer (${reason}): its log is postgres/server.log in TESTLAKE_DIR${dataDir === undefined ? '' : ` (${dataDir})`}; start again.`;
}

function databaseRefuses(error: Trouble, { databaseUrl, dataDir, embedded }: Surroundings): string | undefined {
  const at = `PostgreSQL at ${shown(databaseUrl, 'DATABASE_URL')}`;
  if (/^SASL: .*password must be/.test(error.message)) return `${at} asks for a password: add it to DATABASE_URL.`;
  if (/does not support SSL/.test(error.message)) return `${at} does not speak TLS: remove sslmode from DATABASE_URL.`;
  switch (error.code ?? '') {
    case '28P01':
    case '28000':
      return `${at} refuses the user or the password (${error.message}): correct them in DATABASE_URL.`;
    case '3D000':
      return `${at} has no such database (${error.message}): create it, or correct DATABASE_URL.`;
    case '42501':
      return `The database user of DATABASE_URL lacks a right (${error.message}): let it own the database, or use another user.`;
    case '53100':
      return embedded
        ? `The disk of TESTLAKE_DIR${dataDir === undefined ? '' : ` (${dataDir})`} is full: make room, or set TESTLAKE_DIR to a folder on another disk.`
        : `The disk of the database server is full (${error.message}): make room there, or point DATABASE_URL to another server.`;
    case '53300':
      return `${at} has no connection left: raise its max_connections, or run fewer workers on DATABASE_URL.`;
    case '57P03':
      return `${at} is starting up or shutting down: try again in a moment, or correct DATABASE_URL.`;
    default:
      return undefined;
  }
}

/** The address without password and parameters: it ends up in logs. */
function shown(url: string | null | undefined, variable: string): string {
  const parsed = url ? parse(url) : undefined;
  if (parsed === undefined) return variable;
  const user = parsed.username === '' ? '' : `${parsed.username}@`;
  return `${parsed.protocol}//${user}${parsed.host}${parsed.pathname}`;
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
