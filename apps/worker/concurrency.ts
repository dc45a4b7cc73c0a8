import type { LoggerService } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { type DataSource, allowedConnections } from '../../libs/database/data-source.js';

/** Connections that a worker's queue may open where it lives in PostgreSQL: five to take jobs, five to add some. */
const QUEUE = 10;

/**
 * Connections for so many slices at a time: each holds one, and takes its turn and reports over another; a few serve the sweep
 * and health. So a slice in hand never waits for another one's connection.
 */
export function connectionsFor(concurrency: number): number {
  return concurrency * 2 + 3;
}

/** The slices at a time for which half of the server's connections are enough: the other half is the API's and other workers'. */
export function mostSlices(connections: number): number {
  return Math.max(1, Math.floor((connections / 2 - QUEUE - 3) / 2));
}

/** The same settings, with no more slices at a time than the database server has connections for; says so where it takes some away. */
export async function fitConcurrency(config: Config, database: DataSource, logger: LoggerService): Promise<Config> {
  const { concurrency } = config.worker;
  const most = mostSlices(await allowedConnections(database));
  if (concurrency <= most) return config;
  logger.warn(
    `This worker makes ${most} slices at a time, not ${concurrency}: the database server allows too few connections (max_connections).`,
    'worker',
  );
  return { ...config, worker: { ...config.worker, concurrency: most } };
}
