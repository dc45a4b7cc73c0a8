import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { Caller } from '../access/caller.js';

// A key older than a day is as good as new. A second caller with the same key waits here for the first one's commit.
const RESERVE = {
  name: 'idempotency.reserve',
  text: `
    INSERT INTO idempotency_keys AS kept (user_id, key, fingerprint) VALUES ($1, $2, $3)
    ON CONFLICT (user_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = NULL, created_at = now()
      WHERE kept.created_at < now() - interval '24 hours'
    RETURNING key`,
};
const READ = {
  name: 'idempotency.read',
  text: 'SELECT fingerprint, answer FROM idempotency_keys WHERE user_id = $1 AND key = $2',
};
const KEEP = {
  name: 'idempotency.keep',
  text: 'UPDATE idempotency_keys SET answer = $3 WHERE user_id = $1 AND key = $2',
};
const SWEEP = {
  name: 'idempotency.sweep',
  text: `DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'`,
};

@Injectable()
export class IdempotencyRepository {
  constructor(private readonly db: Database) {}

  /** Takes the key for this transaction; false where it has been used within a day. */
  async reserve(caller: Caller, key: string, fingerprint: string): Promise<boolean> {
    const { rowCount } = await this.db.query(RESERVE, [caller.userId, key, fingerprint]);
    return rowCount === 1;
  }

  async read(caller: Caller, key: string): Promise<{ fingerprint: string; answer: unknown } | null> {
    const { rows } = await this.db.query<{ fingerprint: string; answer: unknown }>(READ, [caller.userId, key]);
    return rows[0] ?? null;
  }

  async keep(caller: Caller, key: string, answer: unknown): Promise<void> {
    await this.db.query(KEEP, [caller.userId, key, JSON.stringify(answer)]);
  }

  /** Forgets what is older than a day, whoever's it is. */
  async sweep(): Promise<void> {
    await this.db.query(SWEEP, []);
  }
}
