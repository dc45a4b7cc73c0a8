import type { KeyObject } from 'node:crypto';
import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { CONFIG } from '../../libs/config/config.module.js';
import type { Config } from '../../libs/config/config.js';
import { UsersModule } from '../users/users.module.js';
import { AccessTokens } from './access-tokens.js';
import { AuthService } from './auth.service.js';
import { RefreshTokensRepository } from './refresh-tokens.repository.js';
import { SessionsService } from './sessions.service.js';
import { SIGNING_KEY, SigningKeyModule } from './signing-key.module.js';

@Module({
  imports: [
    UsersModule,
    SigningKeyModule,
    JwtModule.registerAsync({
      imports: [SigningKeyModule],
      inject: [SIGNING_KEY, CONFIG],
      useFactory: (key: KeyObject, config: Config) => ({
        // A string would be parsed into a key for every token, which costs fifty times the verification.
        secret: key as never,
        signOptions: { algorithm: 'HS256', expiresIn: config.tokens.accessSeconds },
      }),
    }),
  ],
  providers: [AuthService, SessionsService, RefreshTokensRepository, AccessTokens],
  exports: [AuthService, AccessTokens],
})
export class AuthModule {}
