import v8 from 'node:v8';
import { NestFactory } from '@nestjs/core';
import { loadConfig } from '../../libs/config/config.js';
import { Database } from '../../libs/database/database.js';
import { openDataSource } from '../../libs/database/data-source.js';
import { requireCurrent } from '../../libs/database/migrate.js';
import { JobQueue } from '../../libs/jobs/job-queue.js';
import { JobWorker } from '../../libs/jobs/job-worker.js';
import { requireQueue } from '../../libs/jobs/require-queue.js';
import { ProcessLogger } from '../../libs/log/process-logger.js';
import { stepBehind } from '../../libs/process/cpu-priority.js';
import { runProcess } from '../../libs/process/run-process.js';
import { StartupError } from '../../libs/process/startup-error.js';
import { startTracing } from '../../libs/tracing/tracing.js';
import { migrations } from '../../migrations/index.js';
import { BulkOperationHandlers } from '../../src/bulk-operations/bulk-operations.handlers.js';
import { CopyHandlers } from '../../src/copies/copies.handlers.js';
import { HealthService } from '../../src/health/health.service.js';
import { RunFiguresService } from '../../src/jobs/run-figures.service.js';
import { ComparisonHandlers } from '../../src/comparisons/comparisons.handlers.js';
import { ExportHandlers } from '../../src/exports/exports.handlers.js';
import { ImportHandlers } from '../../src/imports/imports.handlers.js';
import { RemovalHandlers } from '../../src/removals/removals.handlers.js';
import { ScheduleHandlers } from '../../src/schedules/schedules.handlers.js';
import { GenerationHandlers } from '../../src/test-data/generation.handlers.js';
import { SearchIndexHandlers } from '../../src/test-data/search-index.handlers.js';
import { fitConcurrency } from './concurrency.js';
import { Housekeeping } from './housekeeping.js';
import { workerMetrics } from './metrics.js';
import { shareMetrics, watchPool } from './shared-metrics.js';
import { StatusServer } from './status-server.js';
import { WorkerModule } from './worker.module.js';

// Rows come and go by the million. On a machine with much memory, V8 would let what they leave behind grow to several times of what is
// in use before it looks at it: 340 MB instead of 190 in an import of a million rows, which took as long either way.
v8.setFlagsFromString('--heap-growing-percent=40');

await runProcess('worker', async () => {
  const given = loadConfig();
  const endTracing = await startTracing('testlake-worker', given.tracing);
  if (!given.databaseUrl) {
    throw new StartupError('DATABASE_URL is not set: set it, or use `npm start`, which starts an embedded PostgreSQL.');
  }
  const logger = new ProcessLogger(given.logLevel, process.stdout.isTTY);
  const check = await openDataSource({ url: given.databaseUrl, entities: [], migrations, poolSize: 1 });
  const config = await requireCurrent(check)
    .then(() => fitConcurrency(given, check, logger))
    .finally(() => check.destroy());
  await requireQueue(config);
  stepBehind();
  const app = await NestFactory.createApplicationContext(WorkerModule.of(config), {
    logger,
    abortOnError: false,
  });
  const handlers = [
    app.get(GenerationHandlers),
    app.get(RemovalHandlers),
    app.get(ImportHandlers),
    app.get(ExportHandlers),
    app.get(ComparisonHandlers),
    app.get(BulkOperationHandlers),
    app.get(CopyHandlers),
    app.get(ScheduleHandlers),
    app.get(SearchIndexHandlers),
  ].flatMap((each) => each.list());
  const { registry, counters } = workerMetrics();
  // In this order: the figures of the pool are those before the scrape's own queries.
  watchPool(registry, app.get(Database));
  shareMetrics(registry, app.get(RunFiguresService), app.get(JobQueue));
  const worker = new JobWorker(config, handlers, counters);
  const status = new StatusServer(app.get(HealthService), registry, () => worker.isStopping);
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
      await endTracing();
    },
  };
});
