import { Injectable } from '@nestjs/common';
import { NotFound } from '../../libs/errors/errors.js';
import type { NeededPermission } from './access.decorators.js';
import { AccessRepository } from './access.repository.js';
import type { Caller } from './caller.js';
import { PERMISSIONS, type Permission, type Resource, resourceName } from './permission.js';
import { type ProjectScope, requirePermission } from './project-scope.js';

/** The one place that decides who may do what on a project. */
@Injectable()
export class AccessService {
  constructor(private readonly grants: AccessRepository) {}

  /** The scope of the thing's project. Throws 404 where the caller may not know of it, 403 where they may only see it. */
  async scope(caller: Caller, resource: Resource, id: string, needed: Permission): Promise<ProjectScope> {
    return (await this.grant(caller, { resource, permission: needed }, id)).scope;
  }

  /** The same, with what is to be read of the thing in the same round trip. */
  async grant(
    caller: Caller,
    { resource, permission: needed, along }: Pick<NeededPermission, 'resource' | 'permission' | 'along'>,
    id: string,
  ): Promise<{ scope: ProjectScope; found: object }> {
    const grant = await this.grants.grant(caller, resource, id, along);
    const permission = PERMISSIONS[(grant?.level ?? 0) - 1];
    if (!grant || !permission) {
      const what = resourceName(resource);
      throw new NotFound(`${what}.not_found`, `There is no ${what} ${id} that you may see.`);
    }
    const scope = {
      userId: caller.userId,
      projectId: grant.project_id,
      permission,
      isWritable: grant.is_writable,
    } as ProjectScope;
    requirePermission(scope, needed, 'This');
    return { scope, found: grant };
  }
}
