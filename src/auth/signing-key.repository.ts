import { createSecretKey, type KeyObject } from 'node:crypto';
import { Module, type Provider } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';

/** Token under which the key of the access tokens is injected. */
export const SIGNING_KEY = Symbol('signing-key');

/** The key is a row of the database, so that every API process of an installation has the same and none has to be configured. */
const signingKey: Provider = {
  provide: SIGNING_KEY,
  inject: [Database],
  useFactory: async (db: Database): Promise<KeyObject> => {
    const text = 'SELECT secret FROM signing_secrets ORDER BY id DESC LIMIT 1';
    const { rows } = await db.query<{ secret: string }>({ name: 'auth.signing_secret', text }, []);
    if (!rows[0]) throw new Error('signing_secrets is empty');
    return createSecretKey(Buffer.from(rows[0].secret));
  },
};

@Module({ providers: [signingKey], exports: [SIGNING_KEY] })
export class SigningKeyModule {}
