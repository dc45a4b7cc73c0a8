/** What somebody may do on a project; each includes the ones before it. */
export const PERMISSIONS = ['read', 'write', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Whether `held` includes `needed`. */
export function allows(held: Permission, needed: Permission): boolean {
  return PERMISSIONS.indexOf(held) >= PERMISSIONS.indexOf(needed);
}

/** What a path parameter is the id of; its project is what the permission is asked on. */
export type Resource =
  | 'project'
  | 'environment'
  | 'feature'
  | 'schema'
  | 'record'
  /** A record that may be deleted. */
  | 'past_record'
  | 'request'
  | 'run'
  | 'schedule'
  | 'bundle';

/** What the resource is called in answers. */
export function resourceName(resource: Resource): string {
  return resource === 'past_record' ? 'record' : resource;
}
