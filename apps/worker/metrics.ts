import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { JobCounters } from '../../libs/jobs/job-worker.js';

/** What `/metrics` tells Prometheus: the process, and each kind of job by outcome and duration. */
export function workerMetrics(): { registry: Registry; counters: JobCounters } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'testlake_job_duration_seconds',
    help: 'Seconds that jobs took, by kind and outcome.',
    labelNames: ['job', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  const counters: JobCounters = {
    observe: (job, succeeded, seconds) =>
      durations.observe({ job, outcome: succeeded ? 'succeeded' : 'failed' }, seconds),
  };
  return { registry, counters };
}
