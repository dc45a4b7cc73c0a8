import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../../libs/database/database.js';
import type { JobQueue } from '../../libs/jobs/job-queue.js';
import type { RunFiguresService } from '../../src/jobs/run-figures.service.js';

/**
 * What all workers have in common, asked for at each scrape and told by each of them: take the `max`, not the `sum`. Where the
 * database or the queue is away, its figures are left out.
 */
export function shareMetrics(registry: Registry, figures: RunFiguresService, queue: JobQueue): void {
  gauge(registry, 'testlake_runs', 'Runs that are kept, by state.', () => figures.runsByState());
  gauge(registry, 'testlake_queue_jobs', 'Jobs in the queue: waiting, active, or delayed until their next try.', () =>
    queue.depth(),
  );
  const lag = 'Seconds that the slice at the head of the queue has waited for a worker; 0 where none waits.';
  gauge(registry, 'testlake_queue_lag_seconds', lag, async () => ({ '': await figures.lagSeconds() }));
}

/** The connections of this worker's pool: slices that wait for one would be too many slices. */
export function watchPool(registry: Registry, database: Database): void {
  gauge(registry, 'testlake_database_connections', 'Connections of this process: in use, idle, or waited for.', () =>
    Promise.resolve(database.connections()),
  );
}

/** A gauge with one value per `state`; the empty state is none. */
function gauge(registry: Registry, name: string, help: string, ask: () => Promise<Record<string, number>>): void {
  new Gauge({
    name,
    help,
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const values = await ask().catch(() => ({}));
      this.reset();
      for (const [state, value] of Object.entries(values)) this.set(state === '' ? {} : { state }, value);
    },
  });
}
