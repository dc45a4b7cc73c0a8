import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { testSettings } from '../../libs/config/test-settings.js';

/** The migrated database of which every test file gets a copy. */
export const TEMPLATE = 'testlake_template';

export interface TestDatabase {
  url: string;
  /** Rows of a statement, as the owner: to look at what the front door does not show. */
  query<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<R[]>;
  drop(): Promise<void>;
}

/** A migrated, empty database of its own. */
export async function createDatabase(): Promise<TestDatabase> {
  const { serverUrl } = testSettings();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  return connectTo(withDatabase(serverUrl, name), () => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`));
}

/** A database that is there already; `remove` is what drops it. */
export function connectTo(url: string, remove: () => Promise<void>): TestDatabase {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  // The server ends these connections when it stops or the database is dropped.
  pool.on('error', () => undefined);
  return {
    url,
    query: async <R extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await pool.query<R>(text, values)).rows,
    drop: async () => {
      await pool.end();
      await remove();
    },
  };
}

/** Runs one statement on the server, outside of any test's database. */
export async function onServer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client(serverUrl);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The same server with another database. */
export function withDatabase(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.toString();
}
