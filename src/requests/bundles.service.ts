import { Injectable } from '@nestjs/common';
import type { Page } from '../../libs/database/page.js';
import { Conflict } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import { type ProjectScope, requirePermission } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { momentOf } from '../test-data/as-of.dto.js';
import { RecordAgeing } from '../test-data/record-ageing.service.js';
import { agedItems } from './aged-items.js';
import { type BundleRecordRow, type BundleRow, BundlesRepository } from './bundles.repository.js';
import type { ListBundles } from './bundles.dto.js';
import { leaseEnded } from './refusals.js';

/** A bundle with its records. */
export interface WholeBundle {
  bundle: BundleRow;
  records: BundleRecordRow[];
}

/** What has been handed out, and what becomes of it. */
@Injectable()
export class BundlesService {
  constructor(
    private readonly bundles: BundlesRepository,
    private readonly environments: EnvironmentsService,
    private readonly schemas: CompiledSchemas,
    private readonly ageing: RecordAgeing,
  ) {}

  async list(caller: Caller, query: ListBundles): Promise<Page<BundleRow>> {
    const { project_id, feature_id, environment_id, open, of, test, job, commit, url } = query;
    const context = Object.fromEntries(Object.entries({ test, job, commit, url }).filter(([, value]) => value));
    const filter = {
      ...{ project_id, feature_id, environment_id, open },
      requested_by: of === 'all' ? undefined : caller.userId,
      context: Object.keys(context).length > 0 ? context : undefined,
    };
    return this.bundles.list(caller, filter, query);
  }

  /** With the values as of a moment. */
  async get(scope: ProjectScope, id: string, asOf?: string): Promise<WholeBundle> {
    const bundle = await this.bundles.getOrThrow(scope, id);
    const stored = await this.bundles.listRecords(scope, id);
    const records = await agedItems(this.ageing, scope, stored, momentOf(asOf));
    return { bundle, records: await Promise.all(records.map((record) => this.inOrder(scope, record))) };
  }

  /** Throws 409 `lease.ended`, `lease.none`. */
  async renew(scope: ProjectScope, id: string, seconds: number): Promise<WholeBundle> {
    const bundle = await this.getOwn(scope, id);
    await this.environments.getWritable(scope, bundle.environment.id);
    if (bundle.state === 'kept')
      throw new Conflict('lease.none', 'The bundle was handed out for good; there is no lease to renew.');
    if (!(await this.bundles.renew(scope, id, seconds))) throw leaseEnded();
    return this.get(scope, id);
  }

  /** Throws 409 `lease.ended`. */
  async release(scope: ProjectScope, id: string, as: 'returned' | 'used'): Promise<WholeBundle> {
    await this.getOwn(scope, id);
    if (!(await this.bundles.release(scope, id, as))) throw leaseEnded();
    return this.get(scope, id);
  }

  /** Other people's bundles need `write`. */
  private async getOwn(scope: ProjectScope, id: string): Promise<BundleRow> {
    const bundle = await this.bundles.getOrThrow(scope, id);
    if (bundle.requested_by !== scope.userId) requirePermission(scope, 'write', 'This on the bundle of somebody else');
    return bundle;
  }

  private async inOrder(scope: ProjectScope, record: BundleRecordRow): Promise<BundleRecordRow> {
    if (!record.data || record.version === null) return record;
    const schema = await this.schemas.load(scope, record.schema_id, record.version);
    return { ...record, data: schema.ordered(record.data) };
  }
}
