import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { Conflict, DomainError, Forbidden, Invalid, NotFound } from '../../libs/errors/errors.js';
import type { ClaimOutcome } from './claim-outcome.js';
import { ClaimingService } from './claiming.service.js';
import { refusal } from './refusals.js';
import type { Question } from './request-data.dto.js';
import { type WaiterRow, WaitersRepository } from './waiters.repository.js';

/** How an error travels to the process whose answer it is. */
interface SentError {
  status: number;
  code: string;
  message: string;
  errors: DomainError['errors'];
}

/** Calls that one round serves: its locks are held until the last of them. */
const MOST_SERVED = 100;

const KINDS = [NotFound, Forbidden, Invalid];

/**
 * Serves the calls that wait in an environment, first come, first served. All of a round sees the stock at one moment, so that
 * who came first cannot find nothing and one behind get a record that has come back in between; and one process at a time has
 * the turn. Records that come back by the clock make no event, and NOTIFY would make all who commit stand in a line: so the
 * queue is looked at ten times a second, while anybody waits.
 */
@Injectable()
export class WaitingRounds {
  constructor(
    private readonly db: Database,
    private readonly waiters: WaitersRepository,
    private readonly claiming: ClaimingService,
  ) {}

  /** Does nothing while another process serves the environment. */
  async serve(environmentId: string): Promise<void> {
    await this.db.transaction(async () => {
      const failed = new Set<string>();
      let served = 0;
      for (const waiter of (await this.waiters.listInTurn(environmentId)) ?? []) {
        const same = sameQuestion(waiter);
        if (failed.has(same)) continue;
        if (served === MOST_SERVED) break;
        const claim = await this.db.withSavepoint(
          () => this.attempt(waiter),
          (outcome) => 'outcome' in outcome && outcome.outcome === 'claimed',
        );
        if ('outcome' in claim && claim.outcome === 'missing') {
          failed.add(same);
          const { schema_id, schema, reason } = claim;
          await this.waiters.note(waiter.id, { schema_id, schema, reason });
        } else {
          await this.waiters.answer(waiter.id, 'outcome' in claim ? claim : { outcome: 'refused', error: claim });
          served += 1;
        }
      }
    });
  }

  /** The error again that {@link serve} has put into an answer. */
  errorOf(sent: unknown): Error {
    const { status, code, message, errors } = sent as SentError;
    const Kind = KINDS.find((kind) => new kind('', '').status === status) ?? Conflict;
    return new Kind(code, message, errors);
  }

  private async attempt({ user_id, question, key }: WaiterRow): Promise<ClaimOutcome | SentError> {
    const asked = JSON.parse(question) as Question;
    try {
      const claim = await this.claiming.attempt({ userId: user_id }, asked, key ?? undefined);
      if (claim.outcome === 'claimed' || claim.outcome === 'missing') return claim;
      throw refusal(claim, asked);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { status, code, message, errors } = error;
      return { status, code, message, errors };
    }
  }
}

/** Calls that ask for the same under no key get it together or not at all. */
function sameQuestion({ question, key }: WaiterRow): string {
  const { featureId, only, withPrimary, count, filters, lease } = JSON.parse(question) as Question;
  return JSON.stringify({ featureId, only, withPrimary, count, filters, isLent: lease !== null, key });
}
