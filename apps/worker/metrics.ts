import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { JobCounters } from '../../libs/jobs/job-worker.js';

/** What `/metrics` tells Prometheus of this process: its memory and time, and each kind of job by outcome. */
export function workerMetrics(): { registry: Registry; counters: JobCounters } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const durations = new Histogram({
    name: 'testlake_job_duration_seconds',
    help: 'Seconds that jobs took, by kind and outcome.',
    labelNames: ['job', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const slices = new Counter({
    name: 'testlake_slices_total',
    help: 'Slices that this worker has taken up, by kind and outcome: done, failed (an attempt) or superseded.',
    labelNames: ['job', 'outcome'],
    registers,
  });
  const rows = new Counter({
    name: 'testlake_rows_total',
    help: 'Rows that this worker has committed, by kind of job.',
    labelNames: ['job'],
    registers,
  });
  const inHand = new Gauge({
    name: 'testlake_jobs_in_hand',
    help: 'Jobs that this worker is doing now, by kind.',
    labelNames: ['job'],
    registers,
  });
  const counters: JobCounters = {
    begin: (job) => inHand.inc({ job }),
    end: (job, { outcome, rows: committed }, seconds) => {
      inHand.dec({ job });
      durations.observe({ job, outcome }, seconds);
      slices.inc({ job, outcome });
      rows.inc({ job }, committed);
    },
  };
  return { registry, counters };
}
