import type { Statement } from '../../libs/database/database.js';
import { permissionOf } from './access.sql.js';
import type { Resource } from './permission.js';

const PROJECT = 'JOIN projects AS project ON project.id = thing.project_id';

/** Where a thing and its project are found. What a run is about to delete is as good as gone. */
const PLACES: Record<Exclude<Resource, 'run'>, string> = {
  project: 'projects AS project JOIN projects AS thing USING (id)',
  environment: `environments AS thing ${PROJECT} AND thing.status <> 'deleting'`,
  feature: `features AS thing ${PROJECT}`,
  schema: `data_schemas AS thing ${PROJECT} AND thing.status <> 'deleting'`,
  record: `test_data AS thing ${PROJECT}
    JOIN stocks AS stock ON stock.id = thing.stock_id
    JOIN environments AS environment ON environment.id = stock.environment_id AND environment.status <> 'deleting'
    JOIN data_schemas AS schema ON schema.id = stock.schema_id AND schema.status <> 'deleting'`,
  past_record: `(
      SELECT id, project_id FROM test_data UNION ALL SELECT record_id, project_id FROM record_changes
    ) AS thing ${PROJECT}`,
  request: `test_data_requests AS thing ${PROJECT}`,
  schedule: `schedules AS thing ${PROJECT}
    JOIN environments AS environment ON environment.id = thing.environment_id AND environment.status <> 'deleting'`,
  bundle: `bundles AS thing ${PROJECT}`,
};

const WRITABLE = `project.status = 'active' AND coalesce(organization.status = 'active', true) AS is_writable`;
const ORGANIZATION = 'LEFT JOIN organizations AS organization ON organization.id = project.organization_id';

function grantOn(resource: Exclude<Resource, 'run'>): Statement {
  return { name: `access.${resource}`, text: grantText(resource, '', '') };
}

/**
 * The same, and columns of the thing in the same round trip. They may name it `alias`, and whatever else is joined to find its
 * project.
 */
export function grantWith(name: string, resource: Exclude<Resource, 'run'>, alias: string, columns: string): Statement {
  const text = grantText(resource, `CROSS JOIN LATERAL (SELECT thing.*) AS ${alias}`, `, ${columns}`);
  return { name, text };
}

function grantText(resource: Exclude<Resource, 'run'>, join: string, columns: string): string {
  return `
    SELECT project.id AS project_id, ${permissionOf('$1', 'project')} AS level, ${WRITABLE} ${columns}
    FROM ${PLACES[resource]} ${ORGANIZATION} ${join}
    WHERE thing.id = $2 AND project.status <> 'deleting' LIMIT 1`;
}

/** The run that deletes a project outlives it: who started it may follow it to its end. */
const RUN: Statement = {
  name: 'access.run',
  text: `
    SELECT thing.project_id,
      CASE WHEN project.status <> 'deleting' THEN project_permission($1, project) ELSE (thing.created_by = $1)::integer END
        AS level,
      coalesce(project.status = 'active' AND coalesce(organization.status = 'active', true), false) AS is_writable
    FROM job_runs AS thing LEFT JOIN projects AS project ON project.id = thing.project_id ${ORGANIZATION}
    WHERE thing.id = $2`,
};

/** What grants access to a thing of each kind: parameters are the caller and the thing's id. */
export const GRANTS: Record<Resource, Statement> = {
  project: grantOn('project'),
  environment: grantOn('environment'),
  feature: grantOn('feature'),
  schema: grantOn('schema'),
  record: grantOn('record'),
  past_record: grantOn('past_record'),
  request: grantOn('request'),
  run: RUN,
  schedule: grantOn('schedule'),
  bundle: grantOn('bundle'),
};
