import { chmodSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readConfig } from '../../libs/config/config.js';
import { announceTestServer, testSettings } from '../../libs/config/test-settings.js';
import { openDataSource } from '../../libs/database/data-source.js';
import { startEmbeddedPostgres } from '../../libs/database/embedded-postgres.js';
import { migrate } from '../../libs/database/migrate.js';
import { migrateQueue } from '../../libs/jobs/migrate-queue.js';
import { migrations } from '../../migrations/index.js';
import { entities } from '../../src/entities.js';
import { routines } from '../../src/routines.js';
import { bundlePrograms } from './bundled-programs.js';
import { onServer, TEMPLATE, withDatabase } from './database.js';
import { keepServer } from './test-server.js';

/** Starts PostgreSQL for the tests, and migrates the database of which every test file gets a copy. */
export default async function setUp(): Promise<void> {
  if (!testSettings().isLong) await bundlePrograms();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-test-'));
  // As root, the server runs under an account of its own, which has to get in.
  chmodSync(folder, 0o711);
  const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), fast: true });
  keepServer({ server, folder });
  announceTestServer(server.url);
  await onServer(server.url, `CREATE DATABASE ${TEMPLATE}`);
  const url = withDatabase(server.url, TEMPLATE);
  const dataSource = await openDataSource({ url, entities, migrations, poolSize: 2 });
  await migrate(dataSource, routines);
  await dataSource.destroy();
  await migrateQueue(readConfig({ DATABASE_URL: url }));
}
