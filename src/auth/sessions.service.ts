import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { CONFIG } from '../../libs/config/config.module.js';
import type { Config } from '../../libs/config/config.js';
import { Database } from '../../libs/database/database.js';
import { Unauthorized } from '../../libs/errors/errors.js';
import { RefreshTokensRepository } from './refresh-tokens.repository.js';
import type { RefreshToken } from './refresh-token.entity.js';

export interface Tokens {
  userId: string;
  accessToken: string;
  refreshToken: string;
  /** Seconds. */
  expiresIn: number;
}

const DAY = 86_400_000;

/** Access tokens, and the refresh tokens that rotate behind them. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly jwt: JwtService,
    private readonly refreshTokens: RefreshTokensRepository,
  ) {}

  /** Starts a session: a new family of refresh tokens. */
  async start(userId: string): Promise<Tokens> {
    return this.issue(userId, randomUUID());
  }

  /** Uses a refresh token up and answers with the next one. Re-use of an old one ends the session for whoever has it. */
  async refresh(refreshToken: string): Promise<Tokens> {
    const outcome = await this.db.transaction(async () => {
      const token = await this.refreshTokens.findForUse(hash(refreshToken));
      if (!token || isOver(token)) return null;
      if (token.usedAt) {
        await this.refreshTokens.endFamily(token.familyId);
        return null;
      }
      await this.refreshTokens.markUsed(token.id);
      return this.issue(token.userId, token.familyId);
    });
    if (!outcome)
      throw new Unauthorized('auth.refresh_invalid', 'The refresh token is unknown, used or over; sign in again.');
    return outcome;
  }

  /** Ends the session that the refresh token belongs to; an unknown token is no error. */
  async end(refreshToken: string): Promise<void> {
    await this.db.transaction(async () => {
      const token = await this.refreshTokens.findForUse(hash(refreshToken));
      if (token) await this.refreshTokens.endFamily(token.familyId);
    });
  }

  private async issue(userId: string, familyId: string): Promise<Tokens> {
    const refreshToken = randomBytes(32).toString('base64url');
    const expiresAt = new Date(Date.now() + this.config.tokens.refreshDays * DAY);
    await this.refreshTokens.create({ userId, familyId, tokenHash: hash(refreshToken), expiresAt });
    const accessToken = await this.jwt.signAsync({ sub: userId });
    return { userId, accessToken, refreshToken, expiresIn: this.config.tokens.accessSeconds };
  }
}

function isOver(token: RefreshToken): boolean {
  return token.revokedAt !== null || token.expiresAt.getTime() <= Date.now();
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
