import { createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';

const NEWEST = {
  name: 'auth.signing_secret',
  text: 'SELECT secret FROM signing_secrets ORDER BY id DESC LIMIT 1',
};

@Injectable()
export class SigningKeyRepository {
  constructor(private readonly db: Database) {}

  /** The key with which tokens are signed. */
  async get(): Promise<KeyObject> {
    const { rows } = await this.db.query<{ secret: string }>(NEWEST, []);
    if (!rows[0]) throw new Error('signing_secrets is empty');
    return createSecretKey(Buffer.from(rows[0].secret));
  }
}
