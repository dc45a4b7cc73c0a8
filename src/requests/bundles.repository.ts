import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { BundleItem } from './bundle.dto.js';
import type { BundleState } from './bundle.entity.js';
import type { RequestContext } from './request-data.dto.js';
import { actsAs } from '../test-data/acts-as.sql.js';

type Owner = Pick<ProjectScope, 'projectId'> & Partial<Pick<ProjectScope, 'userId'>>;

/** A bundle as it is now. */
export interface BundleRow {
  id: string;
  project_id: string;
  feature: { id: string; name: string };
  environment: { id: string; name: string; slug: string };
  requested_by: string;
  state: BundleState;
  lease_expires_at: Date | null;
  context: RequestContext | null;
  notes: string | null;
  created_at: Date;
  ended_at: Date | null;
}

/** A record that was handed out with a bundle; without values where it has been deleted since. */
export interface BundleRecordRow extends Pick<BundleItem, 'schema_id' | 'record_id' | 'source' | 'reason'> {
  schema: string;
  is_primary: boolean;
  data: Record<string, unknown> | null;
  version: number | null;
}

/** Which bundles are wanted; what is left out does not matter. */
export interface BundleFilter {
  project_id?: string;
  requested_by?: string;
  feature_id?: string;
  environment_id?: string;
  open?: boolean;
  context?: RequestContext;
}

// A lease that is over has ended, also before somebody has written that down.
const STATE = `CASE WHEN bundle.state = 'open' AND bundle.lease_expires_at <= now() THEN 'expired' ELSE bundle.state END`;
const COLUMNS = `
  bundle.id, bundle.project_id, ${STATE} AS state, bundle.requested_by, bundle.lease_expires_at, bundle.context, bundle.notes,
  bundle.created_at, CASE WHEN ${STATE} = 'expired' THEN bundle.lease_expires_at ELSE bundle.ended_at END AS ended_at,
  jsonb_build_object('id', bundle.feature_id, 'name', coalesce(feature.name, '')) AS feature,
  jsonb_build_object('id', bundle.environment_id, 'name', coalesce(environment.name, ''),
    'slug', coalesce(environment.slug, '')) AS environment
  FROM bundles AS bundle LEFT JOIN features AS feature ON feature.id = bundle.feature_id
  LEFT JOIN environments AS environment ON environment.id = bundle.environment_id`;
const GET = {
  name: 'bundles.get',
  text: `SELECT ${COLUMNS} WHERE bundle.id = $1 AND bundle.project_id = $2`,
};
// Ids are in the order of the hand-out.
const RECORDS = {
  name: 'bundles.records',
  text: `
    SELECT request.schema_id, coalesce(schema.name, '') AS schema, request.provided_data_id AS record_id, request.source,
      request.reason, record.data_values AS data, record.schema_version AS version,
      request.schema_id IS NOT DISTINCT FROM bundle.primary_schema_id AS is_primary
    FROM bundles AS bundle JOIN test_data_requests AS request ON request.bundle_id = bundle.id
    LEFT JOIN data_schemas AS schema ON schema.id = request.schema_id
    LEFT JOIN test_data AS record ON record.id = request.provided_data_id
    WHERE bundle.id = $1 AND bundle.project_id = $2 ORDER BY request.id`,
};
const RENEW = { name: 'bundles.renew', text: `SELECT renew_bundle($1, $2) AS lease_end WHERE ${actsAs('$3')}` };
const RELEASE = {
  name: 'bundles.release',
  text: `SELECT release_bundle(id, $3) AS done FROM bundles WHERE id = $1 AND project_id = $2 AND ${actsAs('$4')}`,
};
const AT_ONCE = 1_000;
const EXPIRE_RECORDS = {
  name: 'bundles.expire_records',
  text: `
    SELECT return_expired(ARRAY(
      SELECT DISTINCT stock_id FROM (
        SELECT stock_id FROM test_data WHERE status = 'used' AND lease_expires_at <= now() LIMIT ${AT_ONCE}
      ) AS expired), ${AT_ONCE}) AS changed`,
};
const EXPIRE = {
  name: 'bundles.expire',
  text: `
    WITH expired AS MATERIALIZED (
      SELECT id FROM bundles WHERE state = 'open' AND lease_expires_at <= now() LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED
    ), changed AS (
      UPDATE bundles AS bundle SET state = 'expired', ended_at = lease_expires_at
      FROM expired WHERE bundle.id = expired.id RETURNING 1
    )
    SELECT count(*)::integer AS changed FROM changed`,
};

@Injectable()
export class BundlesRepository {
  constructor(private readonly db: Database) {}

  async getOrThrow(scope: Owner, id: string): Promise<BundleRow> {
    const { rows } = await this.db.query<BundleRow & object>(GET, [id, scope.projectId]);
    if (rows[0]) return rows[0];
    throw new NotFound('bundle.not_found', `There is no bundle ${id} that you may see.`);
  }

  /** Bundles of the projects that the caller may read, newest first. */
  async list(caller: Caller, filter: BundleFilter, page: PageRequest): Promise<Page<BundleRow>> {
    const { rows } = await this.db.query<BundleRow & object>(listing(filter), [
      caller.userId,
      afterId(page),
      page.limit + 1,
      ...LISTED.flatMap(([name]) => (filter[name] === undefined ? [] : [valueOf(filter[name])])),
    ]);
    return toPage(rows, page);
  }

  /** Its records, in the order in which they were handed out. */
  async listRecords(scope: Owner, id: string): Promise<BundleRecordRow[]> {
    return (await this.db.query<BundleRecordRow & object>(RECORDS, [id, scope.projectId])).rows;
  }

  /** Lets the lease end so many seconds from now; false where it has ended already. */
  async renew(scope: Owner, id: string, seconds: number): Promise<boolean> {
    const { rows } = await this.db.query<{ lease_end: Date | null }>(RENEW, [id, seconds, scope.userId ?? null]);
    return rows[0]?.lease_end instanceof Date;
  }

  /** Ends a bundle; false where it has ended already. */
  async release(scope: Owner, id: string, outcome: 'returned' | 'used'): Promise<boolean> {
    const { rows } = await this.db.query<{ done: boolean }>(RELEASE, [
      id,
      scope.projectId,
      outcome,
      scope.userId ?? null,
    ]);
    return rows[0]?.done === true;
  }

  /** Writes down what leases that are over have come to, whoever's they are. */
  async expire(): Promise<void> {
    for (const statement of [EXPIRE_RECORDS, EXPIRE]) {
      for (let changed = AT_ONCE; changed === AT_ONCE;)
        changed = (await this.db.query<{ changed: number }>(statement, [])).rows[0]?.changed ?? 0;
    }
  }
}

const LISTED: [keyof BundleFilter, (parameter: string) => string][] = [
  ['project_id', (parameter) => `bundle.project_id = ${parameter}`],
  ['requested_by', (parameter) => `bundle.requested_by = ${parameter}`],
  ['feature_id', (parameter) => `bundle.feature_id = ${parameter}`],
  ['environment_id', (parameter) => `bundle.environment_id = ${parameter}`],
  // The state is a literal, for the index of open bundles.
  [
    'open',
    (parameter) => `(bundle.state = 'open' AND bundle.lease_expires_at > now()) = ${parameter}::boolean
      AND (bundle.state = 'open' OR NOT ${parameter})`,
  ],
  ['context', (parameter) => `bundle.context @> ${parameter}::jsonb`],
];

function listing(filter: BundleFilter): { name: string; text: string } {
  const used = LISTED.filter(([name]) => filter[name] !== undefined);
  const conditions = used.map(([, condition], i) => `AND ${condition(`$${i + 4}`)}`);
  return {
    name: `bundles.list_${used.map(([name]) => name.slice(0, 5)).join('_')}`,
    text: `
      SELECT ${COLUMNS} JOIN projects AS project ON project.id = bundle.project_id AND project.status <> 'deleting'
      WHERE project_permission($1, project) > 0 AND ($2::uuid IS NULL OR bundle.id < $2) ${conditions.join(' ')}
      ORDER BY bundle.id DESC LIMIT $3`,
  };
}

function valueOf(value: BundleFilter[keyof BundleFilter]): unknown {
  return typeof value === 'object' ? JSON.stringify(value) : value;
}
