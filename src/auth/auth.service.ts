import { hash, verify } from '@node-rs/argon2';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../../libs/config/config.module.js';
import type { Config } from '../../libs/config/config.js';
import { Database } from '../../libs/database/database.js';
import { Unauthorized } from '../../libs/errors/errors.js';
import { toUserResponse } from '../users/user.dto.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import type { SessionResponse, SignIn, SignUp } from './auth.dto.js';
import { SessionsService, type Tokens } from './sessions.service.js';

// Verified against when there is no account, so that the time of the answer does not tell which addresses have one.
const NOBODY = hash('nobody has this password');

@Injectable()
export class AuthService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
  ) {}

  async signUp(account: SignUp): Promise<SessionResponse> {
    const passwordHash = await hash(account.password);
    return this.db.transaction(async () => {
      const user = await this.users.createWithEmail({
        email: account.email,
        username: account.username,
        firstName: account.first_name ?? null,
        lastName: account.last_name ?? null,
        passwordHash,
        // The embedded mode sends no mail: there is nobody who could prove an address.
        isEmailVerified: this.config.embedded,
      });
      return this.open(user);
    });
  }

  /** Throws 401 `auth.wrong_credentials` alike for an unknown address and a wrong password. */
  async signIn(given: SignIn): Promise<SessionResponse> {
    const user = await this.users.findByEmail(given.email);
    const fits = await verify(user?.passwordHash ?? (await NOBODY), given.password);
    if (!user?.passwordHash || !fits) throw new Unauthorized('auth.wrong_credentials', 'Email or password is wrong.');
    if (user.status !== 'active') throw closed(user);
    return this.open(user);
  }

  /** Throws 401 `auth.refresh_invalid`, `auth.account_closed`; either ends the session. */
  async refresh(refreshToken: string): Promise<SessionResponse> {
    const tokens = await this.sessions.refresh(refreshToken);
    const user = await this.users.get({ userId: tokens.userId });
    if (user.status === 'active') return toSessionResponse(tokens, user);
    await this.sessions.end(tokens.refreshToken);
    throw closed(user);
  }

  async signOut(refreshToken: string): Promise<void> {
    await this.sessions.end(refreshToken);
  }

  private async open(user: User): Promise<SessionResponse> {
    const tokens = await this.sessions.start(user.id);
    return toSessionResponse(tokens, await this.users.recordSignIn({ userId: user.id }));
  }
}

function closed(user: User): Unauthorized {
  return new Unauthorized('auth.account_closed', `The account is ${user.status}.`);
}

function toSessionResponse(tokens: Tokens, user: User): SessionResponse {
  return {
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    expires_in: tokens.expiresIn,
    user: toUserResponse(user),
  };
}
