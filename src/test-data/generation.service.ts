import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { ENGINE_VERSION } from '../../libs/generator/index.js';
import { invalidRequest } from '../../libs/http/validation.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RunsService } from '../jobs/runs.service.js';
import { candidateCounts } from './capacity.js';
import { writingRecords } from './deleted-meanwhile.js';
import { generateSlice, type GenerationParams } from './generation.jobs.js';
import type { StartGeneration } from './record.dto.js';
import { makingRows } from './no-valid-row.js';
import { requireReferences } from './reference-candidates.js';
import { RecordValues } from './record-values.js';
import { LISTED, StockPlan } from './stock-plan.js';

/** As how many rows one with unique values counts for the size of slices: such rows are held until their values are taken. */
const KEYED = 3.5;

/** Starts bulk runs. */
@Injectable()
export class GenerationService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly environments: EnvironmentsService,
    private readonly values: RecordValues,
    private readonly plan: StockPlan,
    private readonly runs: RunsService,
  ) {}

  /**
   * Records a run with everything that its rows depend on, and queues it. Throws 409 where the unique keys do not allow as
   * many rows or a required reference has no records to name, 422 above the limit of rows and for overrides that break the
   * schema.
   */
  async start(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    { count, seed, priority, overrides }: StartGeneration,
  ): Promise<JobRun> {
    this.requireCount(count);
    await this.environments.getForBulk(scope, environmentId);
    const { schema, version } = await this.values.overriddenSchema(scope, schemaId, environmentId, overrides);
    const stock = await writingRecords(() => this.plan.of(scope, schema, schemaId, environmentId, count));
    const { candidates } = stock;
    requireReferences(schema, candidateCounts(candidates));
    const now = Date.now();
    const taken = await this.plan.takenValues(scope, schema, stock, { count, now, most: LISTED });
    const params: GenerationParams = {
      seed: String(seed ?? randomUUID()),
      engine_version: ENGINE_VERSION,
      schema_version: version,
      now,
    };
    const row = makingRows(() => schema.rows({ seed: params.seed, now, references: candidates, taken }).json(0));
    return this.runs.start(scope, generateSlice, {
      total: count,
      sliceRows: this.runs.sliceRows(count, row.length * (schema.keys.length > 0 ? KEYED : 1)),
      priority,
      params: { ...params },
      inputs: { references: candidates, taken, ...(overrides ? { overrides } : {}) },
      schemaId,
      environmentId,
    });
  }

  /** Throws what is wrong with an order whatever the stock is like: for one that is kept for later. */
  async check(scope: ProjectScope, schemaId: string, environmentId: string, order: StartGeneration): Promise<void> {
    this.requireCount(order.count);
    await this.environments.getForBulk(scope, environmentId);
    await this.values.overriddenSchema(scope, schemaId, environmentId, order.overrides);
  }

  /** The same, once for each key: a repeated request gets the run that the first one started. */
  async startOnce(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    order: StartGeneration,
    key: string | undefined,
  ): Promise<JobRun> {
    const question = { run: 'generate', schemaId, environmentId, ...order };
    return this.runs.once(scope, key, question, () => this.start(scope, schemaId, environmentId, order));
  }

  private requireCount(count: number): void {
    const most = this.config.limits.runRows;
    if (count <= most) return;
    throw invalidRequest([{ pointer: '/count', code: 'max', detail: `count must not be greater than ${most}` }]);
  }
}
