import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { Caller } from '../access/caller.js';
import type { ClaimOutcome, Missing } from './claim-outcome.js';

/** What a call got: an outcome, or the error that is its answer. */
export type WaiterAnswer = ClaimOutcome | { outcome: 'refused'; error: unknown };

export interface WaiterRow {
  id: string;
  user_id: string;
  question: string;
  key: string | null;
}

const ADD = {
  name: 'waiters.add',
  text: `
    INSERT INTO waiters (environment_id, user_id, process_id, question, key) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
};
const ANY = {
  name: 'waiters.any',
  text: `
    SELECT EXISTS (SELECT FROM waiters WHERE environment_id = $1 AND answer IS NULL
      AND alive_at > now() - $2::integer * interval '1 second') AS any`,
};
// What this transaction sees from here on is the stock at one moment: who came first must not miss what one behind finds.
const ONE_MOMENT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ';
const TURN = {
  name: 'waiters.turn',
  text: `SELECT pg_try_advisory_xact_lock(hashtextextended('waiters ' || $1, 0)) AS taken`,
};
const LIST = {
  name: 'waiters.list',
  text: `
    SELECT id, user_id, question, key FROM waiters
    WHERE environment_id = $1 AND answer IS NULL AND alive_at > now() - $2::integer * interval '1 second' ORDER BY id`,
};
const ANSWER = { name: 'waiters.answer', text: 'UPDATE waiters SET answer = $2, alive_at = now() WHERE id = $1' };
const NOTE = {
  name: 'waiters.note',
  text: 'UPDATE waiters SET missing = $2 WHERE id = $1 AND missing IS DISTINCT FROM $2::jsonb',
};
const KEEP = {
  name: 'waiters.keep',
  text: 'UPDATE waiters SET alive_at = now() WHERE process_id = $1 AND answer IS NULL',
};
const TAKE = {
  name: 'waiters.take',
  text: 'DELETE FROM waiters WHERE process_id = $1 AND answer IS NOT NULL RETURNING id, answer',
};
const FORGET = { name: 'waiters.forget', text: 'DELETE FROM waiters WHERE id = $1 RETURNING missing, answer, key' };
const SWEEP = {
  name: 'waiters.sweep',
  text: `
    DELETE FROM waiters WHERE alive_at < now() - $1::integer * interval '1 second' RETURNING missing, answer, key`,
};

/** Seconds after which a call whose process says nothing counts as gone. */
const SILENCE = 5;

interface Forgotten {
  missing: Missing | null;
  answer: WaiterAnswer | null;
  key: string | null;
}

/** The queue of calls that wait. It belongs to the installation: what a call may have is settled when it is served. */
@Injectable()
export class WaitersRepository {
  constructor(private readonly db: Database) {}

  async add(
    caller: Caller,
    place: { environmentId: string; processId: string },
    question: string,
    key: string | undefined,
  ): Promise<string> {
    const values = [place.environmentId, caller.userId, place.processId, question, key ?? null];
    return (await this.db.query<{ id: string }>(ADD, values)).rows[0]?.id ?? '';
  }

  /** Whether anybody waits in the environment. */
  async hasAny(environmentId: string): Promise<boolean> {
    return (await this.db.query<{ any: boolean }>(ANY, [environmentId, SILENCE])).rows[0]?.any === true;
  }

  /** Begins to serve an environment's queue, in a transaction that has done nothing yet: the calls in their order; null where another process is at it. */
  async listInTurn(environmentId: string): Promise<WaiterRow[] | null> {
    await this.db.client.query(ONE_MOMENT);
    const { rows } = await this.db.query<{ taken: boolean }>(TURN, [environmentId]);
    if (!rows[0]?.taken) return null;
    return (await this.db.query<WaiterRow & object>(LIST, [environmentId, SILENCE])).rows;
  }

  async answer(id: string, answer: WaiterAnswer): Promise<void> {
    await this.db.query(ANSWER, [id, JSON.stringify(answer)]);
  }

  /** Notes what a call lacks. */
  async note(id: string, missing: Missing): Promise<void> {
    await this.db.query(NOTE, [id, JSON.stringify(missing)]);
  }

  /** Says that the calls of a process are still there. */
  async keepAlive(processId: string): Promise<void> {
    await this.db.query(KEEP, [processId]);
  }

  /** Takes the answers for a process out of the queue. */
  async takeAnswers(processId: string): Promise<{ id: string; answer: WaiterAnswer }[]> {
    return (await this.db.query<{ id: string; answer: WaiterAnswer }>(TAKE, [processId])).rows;
  }

  /** Takes a call out of the queue; null where its answer has been taken. */
  async forget(id: string): Promise<Forgotten | null> {
    return (await this.db.query<Forgotten & object>(FORGET, [id])).rows[0] ?? null;
  }

  /** Takes out the calls of processes that have ended without a word, and the answers that they did not take. */
  async sweep(): Promise<Forgotten[]> {
    return (await this.db.query<Forgotten & object>(SWEEP, [SILENCE])).rows;
  }
}
