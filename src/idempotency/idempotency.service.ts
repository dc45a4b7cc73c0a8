import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { invalidRequest } from '../../libs/http/validation.js';
import type { Caller } from '../access/caller.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** The same request sent again gets the same answer, and has its effect once. Keys are kept for a day. */
@Injectable()
export class IdempotencyService {
  constructor(
    private readonly db: Database,
    private readonly keys: IdempotencyRepository,
  ) {}

  /**
   * Runs `work` and keeps its answer under the key, in one transaction; where the key has been used, answers as then.
   * Throws 422 `request.invalid` where it was used for another question.
   */
  async once<T>(caller: Caller, key: string | undefined, question: unknown, work: () => Promise<T>): Promise<T> {
    return this.db.transaction(async () => {
      if (key === undefined) return work();
      const fingerprint = JSON.stringify(question);
      if (!(await this.keys.reserve(caller, key, fingerprint))) return this.repeat<T>(caller, key, fingerprint);
      const answer = await work();
      await this.keys.keep(caller, key, answer);
      return answer;
    });
  }

  private async repeat<T>(caller: Caller, key: string, fingerprint: string): Promise<T> {
    const kept = await this.keys.read(caller, key);
    if (kept?.fingerprint === fingerprint) return kept.answer as T;
    throw reusedKey();
  }
}

/** 422: the key stands for another request. */
export function reusedKey(): Error {
  const detail = 'this key was used for another request within the last 24 hours';
  return invalidRequest([{ pointer: '/Idempotency-Key', code: 'idempotency_key', detail }], 'param');
}
