import { Module } from '@nestjs/common';
import { SigningKeyRepository } from './signing-key.repository.js';

/** Token under which the key of tokens and links is injected. */
export const SIGNING_KEY = Symbol('signing-key');

/** The key is a row of the database, so that every API process of an installation has the same and none has to be configured. */
@Module({
  providers: [
    SigningKeyRepository,
    { provide: SIGNING_KEY, inject: [SigningKeyRepository], useFactory: (keys: SigningKeyRepository) => keys.get() },
  ],
  exports: [SIGNING_KEY],
})
export class SigningKeyModule {}
