import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { BoundedMap } from '../../libs/cache/bounded-map.js';
import type { Caller } from '../access/caller.js';

interface Claims {
  sub?: string;
  aud?: string;
  exp?: number;
}

/** Tokens whose signature need not be checked again: that costs a tenth of a quick request. */
const KEPT = 10_000;

/** Reads callers from bearer tokens. */
@Injectable()
export class AccessTokens {
  private readonly known = new BoundedMap<string, { caller: Caller; endsAt: number }>(KEPT);

  constructor(private readonly jwt: JwtService) {}

  /** Whom an `Authorization` header speaks for; null where it holds no valid token. */
  callerOf(header: string | undefined): Caller | null {
    const [, token] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? [];
    if (token === undefined) return null;
    const known = this.known.get(token);
    if (known) return known.endsAt > Date.now() ? known.caller : null;
    const claims = this.verified(token);
    // Links to files are signed with the same key, and are no access tokens.
    if (claims?.sub === undefined || claims.exp === undefined || claims.aud !== undefined) return null;
    const caller = { userId: claims.sub };
    this.known.set(token, { caller, endsAt: claims.exp * 1000 });
    return caller;
  }

  private verified(token: string): Claims | null {
    try {
      return this.jwt.verify<Claims>(token, { algorithms: ['HS256'] });
    } catch {
      return null;
    }
  }
}
