import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiParam } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Statement } from '../../libs/database/database.js';
import type { Caller } from './caller.js';
import { type Permission, type Resource, resourceName } from './permission.js';
import type { ProjectScope } from './project-scope.js';

/** What the guards have found out about a request. */
export interface AccessRequest extends FastifyRequest {
  user: Caller;
  scope?: ProjectScope;
  found?: object;
}

export interface NeededPermission {
  permission: Permission;
  resource: Resource;
  parameter: string;
  /** Whether the id stands in the body, under the parameter's name. */
  inBody?: boolean;
  /** What to read of the thing in the same round trip. */
  along?: Statement;
}

export const PUBLIC = 'access:public';
export const NEEDED = 'access:needed';

/** The route needs no sign-in. */
export function Public(): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(PUBLIC, true), ApiExtension('x-public', true));
}

/**
 * The route needs a permission on the project of the thing whose id is in the named path parameter. `along`, made by
 * `grantWith`, says what to read of the thing in the same round trip, for {@link Found}.
 */
export function Needs(
  permission: Permission,
  resource: Resource,
  parameter = 'id',
  along?: Statement,
): MethodDecorator {
  const needed: NeededPermission = { permission, resource, parameter, along };
  return applyDecorators(
    SetMetadata(NEEDED, needed),
    ApiExtension('x-permission', permission),
    ApiExtension('x-resource', resourceName(resource)),
    ApiParam({ name: parameter, schema: { type: 'string', format: 'uuid' } }),
  );
}

/** The same where the id is not in the path but in a property of the body. */
export function NeedsOnBody(permission: Permission, resource: Resource, parameter: string): MethodDecorator {
  const needed: NeededPermission = { permission, resource, parameter, inBody: true };
  return applyDecorators(
    SetMetadata(NEEDED, needed),
    ApiExtension('x-permission', permission),
    ApiExtension('x-resource', resourceName(resource)),
  );
}

/** Who is signed in. */
export const SignedIn = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller => context.switchToHttp().getRequest<AccessRequest>().user,
);

/** The scope that {@link Needs} has granted. */
export const InProject = createParamDecorator((_: unknown, context: ExecutionContext): ProjectScope => {
  const { scope } = context.switchToHttp().getRequest<AccessRequest>();
  if (!scope) throw new Error('@InProject() on a route without @Needs()');
  return scope;
});

/** What {@link Needs} has read along. */
export const Found = createParamDecorator((_: unknown, context: ExecutionContext): object => {
  const { found } = context.switchToHttp().getRequest<AccessRequest>();
  if (!found) throw new Error('@Found() on a route whose @Needs() reads nothing along');
  return found;
});
