import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Unauthorized } from '../../libs/errors/errors.js';
import { type AccessRequest, PUBLIC } from '../access/access.decorators.js';
import { AccessTokens } from './access-tokens.js';

/** Every route needs a valid access token, but for those marked `@Public()`. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: AccessTokens,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<AccessRequest>();
    const caller = this.tokens.callerOf(request.headers.authorization);
    if (!caller) {
      const detail = 'Sign in, and send the access_token as a Bearer token; it may have ended.';
      throw new Unauthorized('auth.required', detail);
    }
    request.user = caller;
    return true;
  }
}
