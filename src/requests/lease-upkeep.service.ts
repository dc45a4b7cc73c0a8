import { Injectable } from '@nestjs/common';
import { BundlesRepository } from './bundles.repository.js';
import { type WaiterAnswer, WaitersRepository } from './waiters.repository.js';

/** Takes back what nobody has any more. */
@Injectable()
export class LeaseUpkeep {
  constructor(
    private readonly bundles: BundlesRepository,
    private readonly waiters: WaitersRepository,
  ) {}

  /** Gives an answer back that its caller did not wait for. */
  async giveBack(answer: WaiterAnswer): Promise<void> {
    if (answer.outcome !== 'claimed') return;
    for (const { project_id, bundle_id } of answer.bundles)
      await this.bundles.release({ projectId: project_id }, bundle_id, 'returned');
  }

  /** For the worker to call now and then: whoever reads or claims does not rely on it. */
  async sweep(): Promise<void> {
    await this.bundles.expire();
    await this.forgetDead();
  }

  /** Ends the wait of calls whose process has ended, and gives back what they did not take. */
  async forgetDead(): Promise<void> {
    for (const { answer, key } of await this.waiters.sweep()) if (answer && key === null) await this.giveBack(answer);
  }
}
