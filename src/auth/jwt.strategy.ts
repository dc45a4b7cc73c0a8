import type { KeyObject } from 'node:crypto';
import { Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { Caller } from '../access/caller.js';
import { SIGNING_KEY } from './signing-key.module.js';

/** Reads the caller from a bearer token. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(@Inject(SIGNING_KEY) key: KeyObject) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // A string would be parsed into a key for every request, which costs fifty times the verification.
      secretOrKey: key as unknown as Buffer,
      algorithms: ['HS256'],
    });
  }

  /** Links to files are signed with the same key, and are no access tokens. */
  validate({ sub, aud }: { sub?: string; aud?: string }): Caller {
    if (sub === undefined || aud !== undefined) throw new UnauthorizedException();
    return { userId: sub };
  }
}
