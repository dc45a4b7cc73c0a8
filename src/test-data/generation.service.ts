import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { Conflict } from '../../libs/errors/errors.js';
import { type CompiledSchema, ENGINE_VERSION } from '../../libs/generator/index.js';
import { invalidRequest } from '../../libs/http/validation.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RunsService } from '../jobs/runs.service.js';
import { requireCapacity } from './capacity.js';
import { writingRecords } from './deleted-meanwhile.js';
import { generateSlice, type GenerationParams } from './generation.jobs.js';
import type { StartGeneration } from './record.dto.js';
import { RecordValues } from './record-values.js';
import { StockPlan } from './stock-plan.js';

/** Starts bulk runs. */
@Injectable()
export class GenerationService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly environments: EnvironmentsService,
    private readonly values: RecordValues,
    private readonly plan: StockPlan,
    private readonly runs: RunsService,
    private readonly idempotency: IdempotencyService,
  ) {}

  /**
   * Records a run with everything that its rows depend on, and queues it. Throws 409 where the unique keys do not allow as
   * many rows or a required reference has no records to name, 422 above the limit of rows.
   */
  async start(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    { count, seed }: StartGeneration,
  ): Promise<JobRun> {
    this.requireCount(count);
    await this.environments.getForBulk(scope, environmentId);
    const { schema, version } = await this.values.writableSchema(scope, schemaId);
    const { candidates, taken } = await writingRecords(() => this.plan.of(scope, schema, schemaId, environmentId));
    requireReferences(schema, candidates);
    requireCapacity(schema, count, candidates, taken);
    const params: GenerationParams = {
      seed: String(seed ?? randomUUID()),
      engine_version: ENGINE_VERSION,
      schema_version: version,
      now: Date.now(),
      references: candidates,
    };
    return this.runs.start(scope, generateSlice, { total: count, params: { ...params }, schemaId, environmentId });
  }

  /** The same, once for each key: a repeated request gets the run that the first one started. */
  async startOnce(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    order: StartGeneration,
    key: string | undefined,
  ): Promise<JobRun> {
    const { count, seed } = order;
    const question = { run: 'generate', schemaId, environmentId, count, seed };
    const start = async (): Promise<string> => (await this.start(scope, schemaId, environmentId, order)).id;
    return this.runs.get(scope, await this.idempotency.once(scope, key, question, start));
  }

  private requireCount(count: number): void {
    const most = this.config.limits.runRows;
    if (count <= most) return;
    throw invalidRequest([{ pointer: '/count', code: 'max', detail: `count must not be greater than ${most}` }]);
  }
}

function requireReferences(schema: CompiledSchema, candidates: Record<string, string[]>): void {
  const empty = schema.references.find(({ field, required }) => required && !candidates[field]?.length);
  if (!empty) return;
  throw new Conflict(
    'generation.no_referenced_records',
    `${empty.field} is required and refers to the schema ${empty.schemaId}, which has no active record in this environment; make some first.`,
  );
}
