import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';
import { deletedMeanwhile } from './deleted-meanwhile.js';

const ENSURE = {
  name: 'stocks.ensure',
  text: `
    INSERT INTO stocks (project_id, schema_id, environment_id) VALUES ($1, $2, $3)
    ON CONFLICT (schema_id, environment_id) DO NOTHING`,
};
const FIND = {
  name: 'stocks.find',
  text: 'SELECT id FROM stocks WHERE project_id = $1 AND schema_id = $2 AND environment_id = $3',
};
const OF_SCHEMA = {
  name: 'stocks.of_schema',
  text: 'SELECT id FROM stocks WHERE project_id = $1 AND schema_id = $2 ORDER BY id',
};

const LOCK = {
  name: 'stocks.lock',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('stock ' || $1, 0))`,
};

@Injectable()
export class StocksRepository {
  constructor(private readonly db: Database) {}

  /** The id of the stock of a schema in an environment; null before it has had a record. */
  async find(scope: Pick<ProjectScope, 'projectId'>, schemaId: string, environmentId: string): Promise<string | null> {
    const { rows } = await this.db.query<{ id: string }>(FIND, [scope.projectId, schemaId, environmentId]);
    return rows[0]?.id ?? null;
  }

  /** The same, made where it is not there yet. */
  async ensure(scope: Pick<ProjectScope, 'projectId'>, schemaId: string, environmentId: string): Promise<string> {
    const found = await this.find(scope, schemaId, environmentId);
    if (found) return found;
    await this.db.query(ENSURE, [scope.projectId, schemaId, environmentId]);
    const made = await this.find(scope, schemaId, environmentId);
    if (!made) throw deletedMeanwhile();
    return made;
  }

  /** Lets one maker of records at a time through, until the transaction ends. */
  async lock(_: Pick<ProjectScope, 'projectId'>, stockId: string): Promise<void> {
    await this.db.query(LOCK, [stockId]);
  }

  /** The schema's stocks in all environments. */
  async listOfSchema(scope: Pick<ProjectScope, 'projectId'>, schemaId: string): Promise<string[]> {
    const { rows } = await this.db.query<{ id: string }>(OF_SCHEMA, [scope.projectId, schemaId]);
    return rows.map((row) => row.id);
  }
}
