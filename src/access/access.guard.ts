import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { readId } from '../../libs/http/id.js';
import { type AccessRequest, NEEDED, type NeededPermission } from './access.decorators.js';
import { AccessService } from './access.service.js';

/** Grants the scope that a route asks for with `@Needs`, or refuses. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: AccessService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.reflector.get<NeededPermission | undefined>(NEEDED, context.getHandler());
    if (!needed) return true;
    const request = context.switchToHttp().getRequest<AccessRequest>();
    const given = (needed.inBody ? request.body : request.params) as Record<string, unknown> | null | undefined;
    const value = given?.[needed.parameter];
    const id = readId(needed.parameter, typeof value === 'string' ? value : '', needed.inBody ? 'body' : 'param');
    const { scope, found } = await this.access.grant(request.user, needed, id);
    request.scope = { ...scope, requestId: request.id };
    if (needed.along) request.found = found;
    return true;
  }
}
