import v8 from 'node:v8';
import { NestFactory } from '@nestjs/core';
import { loadConfig } from '../../libs/config/config.js';
import { openDataSource } from '../../libs/database/data-source.js';
import { requireCurrent } from '../../libs/database/migrate.js';
import { JobWorker } from '../../libs/jobs/job-worker.js';
import { requireQueue } from '../../libs/jobs/require-queue.js';
import { runProcess } from '../../libs/process/run-process.js';
import { StartupError } from '../../libs/process/startup-error.js';
import { migrations } from '../../migrations/index.js';
import { HealthService } from '../../src/health/health.service.js';
import { ImportHandlers } from '../../src/imports/imports.handlers.js';
import { RemovalHandlers } from '../../src/removals/removals.handlers.js';
import { GenerationHandlers } from '../../src/test-data/generation.handlers.js';
import { Housekeeping } from './housekeeping.js';
import { workerMetrics } from './metrics.js';
import { StatusServer } from './status-server.js';
import { WorkerModule } from './worker.module.js';

// Rows come and go by the million. On a machine with much memory, V8 would let what they leave behind grow to several times of what is
// in use before it looks at it: 340 MB instead of 190 in an import of a million rows, which took as long either way.
v8.setFlagsFromString('--heap-growing-percent=40');

await runProcess('worker', async () => {
  const config = loadConfig();
  if (!config.databaseUrl) {
    throw new StartupError('DATABASE_URL is not set: set it, or use `npm start`, which starts an embedded PostgreSQL.');
  }
  const check = await openDataSource({ url: config.databaseUrl, entities: [], migrations, poolSize: 1 });
  await requireCurrent(check).finally(() => check.destroy());
  await requireQueue(config);
  const app = await NestFactory.createApplicationContext(WorkerModule.of(config), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  const handlers = [app.get(GenerationHandlers), app.get(ImportHandlers), app.get(RemovalHandlers)].flatMap((each) =>
    each.list(),
  );
  const { registry, counters } = workerMetrics();
  const worker = new JobWorker(config, handlers, counters);
  const status = new StatusServer(app.get(HealthService), registry);
  const url = await status.listen(config.http.host, config.worker.port);
  await worker.start();
  app.get(Housekeeping).start();
  return {
    url,
    close: async () => {
      app.get(Housekeeping).stop();
      await worker.stop();
      await status.close();
      await app.close();
    },
  };
});
