import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import type { ClaimOutcome } from './claim-outcome.js';
import { ClaimsRepository } from './claims.repository.js';
import { FallbackService } from './fallback.service.js';
import type { Question } from './request-data.dto.js';

/** One attempt at a hand-out: the quick way where it will do, the thorough one where it will not. */
@Injectable()
export class ClaimingService {
  constructor(
    private readonly claims: ClaimsRepository,
    private readonly fallback: FallbackService,
  ) {}

  /** What comes of it; a repeat of what was handed out under the key is `claimed`. Throws what the fallback throws. */
  async attempt(caller: Caller, question: Question, key: string | undefined): Promise<ClaimOutcome> {
    const isFiltered = Object.keys(question.filters).length > 0;
    const claim = isFiltered
      ? await this.claims.check(caller, question, key)
      : await this.claims.claim(caller, question, key);
    if (claim.outcome === 'repeat' && claim.question === JSON.stringify(question) && !claim.has_ended)
      return { outcome: 'claimed', bundles: claim.bundles };
    const mayDo =
      claim.outcome === 'missing' ? claim.is_linked || question.fallback === 'generate' : claim.outcome === 'claimed';
    return mayDo && (isFiltered || claim.outcome === 'missing') ? this.fallback.claim(caller, question, key) : claim;
  }
}
