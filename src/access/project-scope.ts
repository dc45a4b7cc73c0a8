import { Conflict, Forbidden } from '../../libs/errors/errors.js';
import type { Caller } from './caller.js';
import { allows, type Permission } from './permission.js';

declare const granted: unique symbol;

/**
 * The project that a call is about and what the caller may do there. Only the access service makes one, and every
 * repository method of a project's tables takes one first: a query without its tenant does not compile.
 */
export interface ProjectScope extends Caller {
  readonly [granted]: true;
  readonly projectId: string;
  readonly permission: Permission;
  /** False while the project, or its organization, is archived. */
  readonly isWritable: boolean;
}

/** Throws {@link Forbidden} unless the scope includes the permission. */
export function requirePermission(scope: ProjectScope, needed: Permission, what: string): void {
  if (allows(scope.permission, needed)) return;
  throw new Forbidden('project.forbidden', `${what} needs the permission ${needed}; you have ${scope.permission}.`);
}

/** Throws {@link Conflict} where the project, or its organization, is archived. */
export function requireWritable(scope: ProjectScope): void {
  if (!scope.isWritable) throw new Conflict('project.archived', 'The project is archived and read-only.');
}
