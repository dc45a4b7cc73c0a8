import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import { HOURS_KEPT, type UsageQuery, usageRange } from './usage.dto.js';
import { type CountedUsage, type UsageOf, type UsageRange, UsageRepository } from './usage.repository.js';

/** Deltas that a read adds up without rolling them up for the next one. */
const MANY = 1_000;
const HOUR = 3_600_000;
/** Hours over which a rate is taken, the current one included. */
const RATED = 24;

/** What was handed out in each bucket of a range, and which range that is. */
export interface Usage {
  range: UsageRange;
  buckets: CountedUsage[];
}

/** What was handed out, to whom and for what, exact at any size. */
@Injectable()
export class UsageService {
  constructor(private readonly usage: UsageRepository) {}

  /** Throws 422 for a range that is empty, too long, or of hours that are forgotten. */
  async get(scope: ProjectScope, of: UsageOf, query: UsageQuery): Promise<Usage> {
    const range = usageRange(query, new Date());
    return { range, buckets: await this.list(scope, of, range) };
  }

  /** Records handed out per hour, over the current hour and the 23 before. */
  async perHour(scope: ProjectScope, of: UsageOf): Promise<number> {
    const now = Date.now();
    const from = Math.floor(now / HOUR) * HOUR - (RATED - 1) * HOUR;
    const range = { bucket: 'hour' as const, from: new Date(from), to: new Date(from + RATED * HOUR) };
    const buckets = await this.list(scope, of, range);
    return buckets.reduce((sum, each) => sum + each.from_stock + each.generated, 0) / ((now - from) / HOUR);
  }

  /** Adds up what is pending and forgets old hours, for the worker to call now and then. */
  async rollUp(): Promise<void> {
    await this.usage.rollUp();
    await this.usage.forgetHours(HOURS_KEPT + 1);
  }

  private async list(scope: ProjectScope, of: UsageOf, range: UsageRange): Promise<CountedUsage[]> {
    const buckets = await this.usage.list(scope, of, range);
    // Also where no worker runs, reads stay quick.
    if (buckets.reduce((sum, { pending }) => sum + pending, 0) > MANY) await this.usage.rollUp();
    return buckets;
  }
}
