import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../libs/database/database.js';
import type { Caller } from './caller.js';
import type { Resource } from './permission.js';

export interface Grant {
  project_id: string;
  level: number;
  is_writable: boolean;
}

const TABLES: Record<Exclude<Resource, 'project'>, string> = {
  environment: 'environments',
  feature: 'features',
  schema: 'data_schemas',
  record: 'test_data',
  run: 'job_runs',
};

function grantStatement(name: string, from: string): Statement {
  const text = `
    SELECT project.id AS project_id, project_permission($1, project) AS level,
      project.status = 'active' AND coalesce(organization.status = 'active', true) AS is_writable
    ${from}
    LEFT JOIN organizations AS organization ON organization.id = project.organization_id
    WHERE thing.id = $2 AND project.status <> 'deleting'`;
  return { name, text };
}

const STATEMENTS: Record<Resource, Statement> = {
  project: grantStatement('access.project', 'FROM projects AS project JOIN projects AS thing USING (id)'),
  ...(Object.fromEntries(
    Object.entries(TABLES).map(([resource, table]) => [
      resource,
      grantStatement(
        `access.${resource}`,
        `FROM ${table} AS thing JOIN projects AS project ON project.id = thing.project_id`,
      ),
    ]),
  ) as Record<Exclude<Resource, 'project'>, Statement>),
};

@Injectable()
export class AccessRepository {
  constructor(private readonly db: Database) {}

  /** The project of a thing and the caller's level there; null where the thing does not exist. One look-up by key. */
  async grant(caller: Caller, resource: Resource, id: string): Promise<Grant | null> {
    const { rows } = await this.db.query<Grant>(STATEMENTS[resource], [caller.userId, id]);
    return rows[0] ?? null;
  }
}
