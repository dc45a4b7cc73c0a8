import { loadConfig } from '../../libs/config/config.js';
import { openDataSource } from '../../libs/database/data-source.js';
import { requireCurrent } from '../../libs/database/migrate.js';
import { requireQueue } from '../../libs/jobs/require-queue.js';
import { runProcess } from '../../libs/process/run-process.js';
import { StartupError } from '../../libs/process/startup-error.js';
import { startTracing } from '../../libs/tracing/tracing.js';
import { migrations } from '../../migrations/index.js';
import { createApp } from './create-app.js';

await runProcess('api', async () => {
  const config = loadConfig();
  const endTracing = await startTracing('testlake-api', config.tracing);
  if (!config.databaseUrl) {
    throw new StartupError('DATABASE_URL is not set: set it, or use `npm start`, which starts an embedded PostgreSQL.');
  }
  const check = await openDataSource({ url: config.databaseUrl, entities: [], migrations, poolSize: 1 });
  await requireCurrent(check).finally(() => check.destroy());
  await requireQueue(config);
  const app = await createApp(config);
  try {
    await app.listen(config.http.port, config.http.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  return { url: await app.getUrl(), close: () => app.close().finally(endTracing) };
});
