import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { JobQueue } from '../../libs/jobs/job-queue.js';
import type { ReadyResponse } from './health.dto.js';

const PING = { name: 'health.ping', text: 'SELECT 1' };
const PATIENCE = 2_000;

@Injectable()
export class HealthService {
  constructor(
    private readonly db: Database,
    private readonly queue: JobQueue,
  ) {}

  /** What this process needs, each with whether it answers within two seconds. */
  async check(): Promise<ReadyResponse> {
    const [database, queue] = await Promise.all([
      answers(() => this.db.query(PING, [])),
      answers(() => this.queue.ping()),
    ]);
    return { status: database && queue ? 'ready' : 'not_ready', database, queue };
  }
}

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), PATIENCE)));
  const asked = ask().then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
