import type { Routine } from '../../libs/database/migrate.js';

/**
 * What a user may do on a project: 0 nothing, 1 read, 2 write, 3 admin. The owner of a personal project and the owners
 * and administrators of an organization have 3; others have the most that a row of `project_access` gives them or a team of theirs.
 *
 * As an expression, for statements that every request runs: PostgreSQL does not inline a function with subqueries, and to
 * call it costs as much as the rest of such a statement.
 */
export function permissionOf(caller: string, project: string): string {
  return `
      CASE
        WHEN ${project}.user_id = ${caller} THEN 3
        WHEN EXISTS (
          SELECT FROM organization_members AS member
          WHERE member.organization_id = ${project}.organization_id AND member.user_id = ${caller}
            AND member.role IN ('owner', 'admin')
        ) THEN 3
        ELSE coalesce((
          SELECT max(CASE access.permission WHEN 'admin' THEN 3 WHEN 'write' THEN 2 ELSE 1 END)
          FROM project_access AS access
          WHERE access.project_id = ${project}.id AND (
            access.user_id = ${caller}
            OR access.team_id IN (SELECT team_id FROM team_members WHERE user_id = ${caller}))
        ), 0)
      END`;
}

/** The same as a function. */
export const projectPermission: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION project_permission(caller uuid, project projects) RETURNS integer
    LANGUAGE sql STABLE AS $$ SELECT ${permissionOf('caller', 'project')} $$`,
};
