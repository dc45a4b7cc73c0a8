import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { SearchableFields } from '../test-data/search-conditions.js';
import { SqlParams } from '../test-data/stored-values.js';
import type { PlannedSchema } from './bundle-plans.js';
import { type ChainedSchema, chainSql, fittingSql, indexedSql, stockSql, windowSql } from './pick-sql.js';

export interface PickedRecord {
  id: string;
  data: Record<string, unknown>;
  version: number;
}

/** A reference from one schema of a bundle to another. */
export interface BundleLink {
  from: string;
  to: string;
  /** Where it stands in a record's values, as a JSON path. */
  path: string;
  /** Versions of the schema before this one do not have it there. */
  since: number;
}

/** Which records are wanted, beyond what the schema's filter says. */
export interface Wanted {
  /** What their values must contain, in the sense of `@>`. */
  match?: Record<string, unknown> | null;
  /** Records that the hand-out has already. */
  taken: string[];
  limit: number;
  /** How many records of the stock are looked through at most, in either direction from a random point. */
  span: number;
  /** By these fields, and by them alone, those that the filter means are looked for wherever they are. */
  searchable?: SearchableFields;
}

const LINKS = {
  name: 'picks.links',
  text: `
    SELECT schema_id AS "from", target_schema_id AS "to", path, since_version AS since FROM schema_references
    WHERE project_id = $1 AND schema_id = ANY ($2::uuid[]) AND target_schema_id = ANY ($2::uuid[])
      AND schema_id <> target_schema_id ORDER BY schema_id, field_name`,
};
const LOCK = {
  name: 'picks.lock',
  text: `
    SELECT id FROM test_data WHERE project_id = $1 AND id = ANY ($2::uuid[]) AND status = 'active'
    FOR UPDATE SKIP LOCKED`,
};
const HAS_ACTIVE = {
  name: 'picks.has_active',
  text: `
    SELECT EXISTS (SELECT FROM test_data WHERE status = 'active' AND stock_id =
      (SELECT id FROM stocks WHERE project_id = $1 AND schema_id = $2 AND environment_id = $3)) AS has`,
};
const RETURN_EXPIRED = {
  name: 'picks.return_expired',
  text: `
    SELECT return_expired(ARRAY(SELECT id FROM stocks
      WHERE project_id = $1 AND schema_id = ANY ($2::uuid[]) AND environment_id = $3), $4) AS returned`,
};
const DRAW = {
  name: 'picks.draw',
  text: `
    SELECT picked.id FROM stocks AS stock CROSS JOIN LATERAL pick_free(stock.id, $4, '{}') AS picked
    WHERE stock.project_id = $1 AND stock.schema_id = $2 AND stock.environment_id = $3`,
};
/** Records that one statement takes back. */
const AT_ONCE = 1_000;
const CANDIDATES = 20;

/** Looks for records that a bundle can be made of, where the function that claims has found none. */
@Injectable()
export class PicksRepository {
  constructor(private readonly db: Database) {}

  /** Active records of a stock that fit, held where nobody else may get them. Needs a transaction. */
  async pick(
    scope: ProjectScope,
    environmentId: string,
    schema: PlannedSchema,
    { match, taken, limit, span, searchable }: Wanted,
  ): Promise<PickedRecord[]> {
    const params = new SqlParams();
    const stock = stockSql(params, scope.projectId, schema.id, environmentId);
    const records = searchable ? indexedSql(params, stock, schema, searchable) : windowSql(params, stock, span);
    if (records === null) return [];
    const fitting = fittingSql(params, schema, taken, match);
    const text = `
      SELECT t.id, t.data_values AS data, t.schema_version AS version FROM test_data AS t
      WHERE t.status = 'active' AND t.id IN (
        SELECT record.id FROM (${records}) AS record WHERE ${fitting})
      LIMIT ${params.add(limit)} ${schema.isExclusive ? 'FOR UPDATE SKIP LOCKED' : ''}`;
    return (await this.db.client.query<PickedRecord>(text, params.values)).rows;
  }

  /** Any active record of a stock, held where it is to be used up; null where there is none. Needs a transaction. */
  async draw(scope: ProjectScope, schemaId: string, environmentId: string, singleUse: boolean): Promise<string | null> {
    const values = [scope.projectId, schemaId, environmentId, singleUse];
    return (await this.db.query<{ id: string | null }>(DRAW, values)).rows[0]?.id ?? null;
  }

  /** Records of all these schemas that name each other, by schema; held where nobody else may get them. Null where there are none. */
  async pickChain(
    scope: ProjectScope,
    environmentId: string,
    schemas: ChainedSchema[],
    links: BundleLink[],
    { taken, span }: Pick<Wanted, 'taken' | 'span'>,
  ): Promise<Map<string, PickedRecord> | null> {
    const params = new SqlParams();
    const at = { projectId: scope.projectId, environmentId };
    const text = chainSql(params, at, schemas, links, { taken, span, limit: CANDIDATES });
    const { rows } = await this.db.client.query<{ chain: PickedRecord[] }>(text, params.values);
    for (const { chain } of rows) {
      const held = chain.filter((_, i) => schemas[i]?.schema.isExclusive).map(({ id }) => id);
      if (held.length > 0 && !(await this.lock(scope, held))) continue;
      return new Map(chain.map((record, i) => [schemas[i]?.schema.id ?? '', record]));
    }
    return null;
  }

  /** The references among these schemas. */
  async listLinks(scope: ProjectScope, schemaIds: string[]): Promise<BundleLink[]> {
    return (await this.db.query<BundleLink & object>(LINKS, [scope.projectId, schemaIds])).rows;
  }

  /** Whether the stock has a record that could be handed out. */
  async hasActive(scope: ProjectScope, schemaId: string, environmentId: string): Promise<boolean> {
    const { rows } = await this.db.query<{ has: boolean }>(HAS_ACTIVE, [scope.projectId, schemaId, environmentId]);
    return rows[0]?.has === true;
  }

  /** Whether the record fits the schema's filter, and names what it must. */
  async fits(
    scope: ProjectScope,
    id: string,
    schema: PlannedSchema,
    match: Record<string, unknown> | null,
  ): Promise<boolean> {
    const params = new SqlParams();
    const text = `
      SELECT record.id FROM test_data AS record
      WHERE record.id = ${params.add(id)} AND record.project_id = ${params.add(scope.projectId)}
        AND ${fittingSql(params, schema, [], match)}`;
    return (await this.db.client.query(text, params.values)).rowCount === 1;
  }

  /** Takes back everything of these schemas whose lease is over. */
  async returnExpired(scope: ProjectScope, schemaIds: string[], environmentId: string): Promise<void> {
    const values = [scope.projectId, schemaIds, environmentId, AT_ONCE];
    for (let returned = AT_ONCE; returned === AT_ONCE;) {
      const { rows } = await this.db.query<{ returned: number }>(RETURN_EXPIRED, values);
      returned = rows[0]?.returned ?? 0;
    }
  }

  private async lock(scope: ProjectScope, ids: string[]): Promise<boolean> {
    return (await this.db.query(LOCK, [scope.projectId, ids])).rowCount === ids.length;
  }
}
