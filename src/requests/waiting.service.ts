import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import type { ClaimOutcome } from './claim-outcome.js';
import { ClaimingService } from './claiming.service.js';
import { LeaseUpkeep } from './lease-upkeep.service.js';
import { stockEmpty } from './refusals.js';
import type { Question } from './request-data.dto.js';
import { type WaiterAnswer, WaitersRepository } from './waiters.repository.js';
import { WaitingRounds } from './waiting-rounds.service.js';

interface Parked {
  environmentId: string;
  settle: (answer: WaiterAnswer) => void;
}

/** Milliseconds between two looks at the queue, give or take a third, and between two signs of life. */
const PAUSE = 100;
const HEARTBEAT = 1_000;
/** Milliseconds that an answer may be on its way. */
const LAST_WORD = 2_000;

/**
 * Calls that wait for records to come back. A parked call is a row of the queue and a promise: it holds no connection. As long
 * as a process has any, it looks at the queue ten times a second and serves whom it can, whichever process they are at.
 */
@Injectable()
export class WaitingService implements OnModuleDestroy {
  private readonly processId = randomUUID();
  private readonly parked = new Map<string, Parked>();
  /** Answers that are here before the call knows its own place in the queue. */
  private readonly early = new Map<string, WaiterAnswer>();
  private isLooking = false;

  constructor(
    private readonly claiming: ClaimingService,
    private readonly waiters: WaitersRepository,
    private readonly rounds: WaitingRounds,
    private readonly upkeep: LeaseUpkeep,
  ) {}

  /** Attempts a hand-out until it succeeds, or until what the question allows is over: then answers what is missing. */
  async attempt(caller: Caller, question: Question, key: string | undefined, gone: AbortSignal): Promise<ClaimOutcome> {
    // Nobody passes those who wait already.
    if (!(await this.waiters.hasAny(question.environmentId))) {
      const claim = await this.claiming.attempt(caller, question, key);
      if (claim.outcome !== 'missing') return claim;
    }
    return this.park(caller, question, key, gone);
  }

  /** Whoever is still there is told to try again. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.parked.keys()].map((id) => this.leave(id)));
  }

  private async park(
    caller: Caller,
    question: Question,
    key: string | undefined,
    gone: AbortSignal,
  ): Promise<ClaimOutcome> {
    const place = { environmentId: question.environmentId, processId: this.processId };
    const id = await this.waiters.add(caller, place, JSON.stringify(question), key);
    const leave = (): void => void this.leave(id).catch(() => undefined);
    const timer = setTimeout(leave, question.wait * 1_000);
    gone.addEventListener('abort', leave);
    try {
      const answer = new Promise<WaiterAnswer>((settle) => {
        this.parked.set(id, { environmentId: question.environmentId, settle });
      });
      const early = this.early.get(id);
      this.early.delete(id);
      if (early) this.parked.get(id)?.settle(early);
      if (gone.aborted) leave();
      void this.look();
      return await this.open(question, key, await answer, gone);
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', leave);
      this.parked.delete(id);
    }
  }

  private async open(
    question: Question,
    key: string | undefined,
    answer: WaiterAnswer,
    gone: AbortSignal,
  ): Promise<ClaimOutcome> {
    if (answer.outcome === 'refused') throw this.rounds.errorOf(answer.error);
    if (answer.outcome === 'missing') throw stockEmpty(answer, question.wait);
    // What nobody listens to is given back at once, but for what can be asked for again under its key.
    if (gone.aborted && key === undefined) await this.upkeep.giveBack(answer);
    return answer;
  }

  /** Ends the wait of a call: with what it got in the last moment, or without. */
  private async leave(id: string): Promise<void> {
    const forgotten = await this.waiters.forget(id);
    const missing = forgotten?.missing ?? { schema_id: '', schema: 'the feature', reason: 'stock_empty' as const };
    const answer = forgotten?.answer ?? { outcome: 'missing' as const, ...missing };
    const end = (): void => this.parked.get(id)?.settle(answer);
    // Where it is out of the queue already, its answer is on its way; unless this process was taken for dead.
    if (forgotten) end();
    else setTimeout(end, LAST_WORD);
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    let beat = 0;
    while (this.parked.size > 0) {
      const started = Date.now();
      // A database that is away for a moment ends nobody's wait.
      await this.round(started - beat >= HEARTBEAT).catch(() => undefined);
      if (started - beat >= HEARTBEAT) beat = started;
      // What takes long is not done all the time.
      const pause = Math.max(PAUSE, 2 * (Date.now() - started)) * (2 / 3 + (2 / 3) * Math.random());
      await sleep(pause);
    }
    this.isLooking = false;
  }

  private async round(isBeat: boolean): Promise<void> {
    if (isBeat) {
      await this.waiters.keepAlive(this.processId);
      await this.upkeep.forgetDead();
    }
    for (const environmentId of new Set([...this.parked.values()].map((each) => each.environmentId)))
      await this.rounds.serve(environmentId);
    for (const { id, answer } of await this.waiters.takeAnswers(this.processId)) {
      const call = this.parked.get(id);
      if (call) call.settle(answer);
      else this.early.set(id, answer);
    }
  }
}
