import { testSettings } from '../../libs/config/test-settings.js';
import { onServer, type TestDatabase } from './database.js';

/** Breaks off all connections to a database and lets nobody in, until the function that it answers is called. */
export async function shutOut(db: TestDatabase): Promise<() => Promise<void>> {
  const { serverUrl } = testSettings();
  const name = new URL(db.url).pathname.slice(1);
  await onServer(serverUrl, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await onServer(serverUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  return () => onServer(serverUrl, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
}
