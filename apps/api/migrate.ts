import { type Config, loadConfig } from '../../libs/config/config.js';
import { openDataSource } from '../../libs/database/data-source.js';
import { migrate } from '../../libs/database/migrate.js';
import { migrateQueue } from '../../libs/jobs/migrate-queue.js';
import { explain } from '../../libs/process/explain.js';
import { StartupError } from '../../libs/process/startup-error.js';
import { migrations } from '../../migrations/index.js';
import { entities } from '../../src/entities.js';
import { routines } from '../../src/routines.js';

let config: Config | undefined;
try {
  config = loadConfig();
  if (!config.databaseUrl) throw new StartupError('DATABASE_URL is not set: it says which database to migrate.');
  const dataSource = await openDataSource({ url: config.databaseUrl, entities, migrations, poolSize: 2 });
  try {
    for (const name of await migrate(dataSource, routines)) console.log(`Migrated: ${name}`);
  } finally {
    await dataSource.destroy();
  }
  await migrateQueue(config);
} catch (error) {
  process.stderr.write(`TestLake migration: ${explain(error, config)}\n`);
  process.exitCode = 1;
}
