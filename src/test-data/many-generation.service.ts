import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { Conflict, type FieldError } from '../../libs/errors/errors.js';
import { type CompiledSchema, ENGINE_VERSION } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RunsService } from '../jobs/runs.service.js';
import { candidateCounts, shortageAmong, tooMany } from './capacity.js';
import { writingRecords } from './deleted-meanwhile.js';
import { inDependencyOrder } from './dependency-order.js';
import { generateManySlice, type ManyGenerationInputs, type ManyGenerationParams } from './generation.jobs.js';
import type { SchemaOrder, StartManyGeneration } from './many-generation.dto.js';
import { makingRows } from './no-valid-row.js';
import { RecordValues } from './record-values.js';
import { Refusals } from './refusals.js';
import { MAX_CANDIDATES, requireReferences } from './reference-candidates.js';
import { StockPlan } from './stock-plan.js';

interface Wanted {
  order: SchemaOrder;
  /** JSON pointer to the order. */
  pointer: string;
  schemaId: string;
  schema: CompiledSchema;
  version: number;
}

/** Starts bulk runs for several schemas. */
@Injectable()
export class ManyGenerationService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly environments: EnvironmentsService,
    private readonly values: RecordValues,
    private readonly plan: StockPlan,
    private readonly runs: RunsService,
  ) {}

  /** Once for each key: a repeated request gets the run that the first one started. */
  async startOnce(
    scope: ProjectScope,
    environmentId: string,
    order: StartManyGeneration,
    key: string | undefined,
  ): Promise<JobRun> {
    const question = { run: 'generate_many', projectId: scope.projectId, environmentId, ...order };
    return this.runs.once(scope, key, question, () => this.start(scope, environmentId, order));
  }

  /**
   * Records a run with a stage for each schema, and queues it. Throws 422 and 409 `generation.refused` with all that is in its
   * way; the stages look again when they begin.
   */
  async start(scope: ProjectScope, environmentId: string, order: StartManyGeneration): Promise<JobRun> {
    await this.environments.getForBulk(scope, environmentId);
    const stages = await writingRecords(() => this.stages(scope, environmentId, order));
    const seed = String(order.seed ?? randomUUID());
    const params: ManyGenerationParams = {
      seed,
      engine_version: ENGINE_VERSION,
      now: Date.now(),
      stages: stages.map(({ schemaId, version, order: { count, seed: own } }) => {
        return { schema_id: schemaId, schema_version: version, seed: String(own ?? seed), count };
      }),
    };
    const overridden = stages.filter(({ order: { overrides } }) => overrides);
    const inputs: ManyGenerationInputs = Object.fromEntries(
      overridden.map(({ schemaId, order: { overrides } }) => [schemaId, { overrides }]),
    );
    return this.runs.start(scope, generateManySlice, {
      total: totalOf(order),
      priority: order.priority,
      params: { ...params },
      inputs,
      schemaId: null,
      environmentId,
      inStages: true,
    });
  }

  /** Throws what is wrong with an order whatever the stocks are like: for one that is kept for later. */
  async check(scope: ProjectScope, environmentId: string, { schemas }: StartManyGeneration): Promise<void> {
    await this.environments.getForBulk(scope, environmentId);
    const refusals = new Refusals([...this.tooManyRows(schemas), ...repeated(schemas)]);
    await this.wanted(scope, environmentId, schemas, refusals);
    refusals.throwIfAny();
  }

  /** The schemas in the order in which to make them. */
  private async stages(
    scope: ProjectScope,
    environmentId: string,
    { schemas }: StartManyGeneration,
  ): Promise<Wanted[]> {
    const refusals = new Refusals([...this.tooManyRows(schemas), ...repeated(schemas)]);
    const stages = inDependencyOrder(await this.wanted(scope, environmentId, schemas, refusals));
    for (const [i, stage] of stages.entries()) {
      await refusals.collect(`${stage.pointer}/count`, () =>
        this.requirePossible(scope, environmentId, stage, stages.slice(0, i)),
      );
    }
    refusals.throwIfAny();
    return stages;
  }

  private async wanted(
    scope: ProjectScope,
    environmentId: string,
    schemas: SchemaOrder[],
    refusals: Refusals,
  ): Promise<Wanted[]> {
    const wanted: Wanted[] = [];
    for (const [i, order] of schemas.entries()) {
      const pointer = `/schemas/${i}`;
      await refusals.collect(`${pointer}/schema_id`, async () => {
        const { schema_id, overrides } = order;
        const schemaId = schema_id.toLowerCase();
        const at = `${pointer}/overrides`;
        const { schema, version } = await this.values.overriddenSchema(scope, schemaId, environmentId, overrides, at);
        wanted.push({ order, pointer, schemaId, schema, version });
      });
    }
    return wanted;
  }

  private tooManyRows(schemas: SchemaOrder[]): FieldError[] {
    const most = this.config.limits.runRows;
    const total = totalOf({ schemas });
    if (total <= most) return [];
    return [
      { pointer: '/schemas', code: 'max', detail: `the counts must not be more than ${most} together: ${total}` },
    ];
  }

  /** Throws 409 where the rows of a stage cannot be made even when those before it have been. */
  private async requirePossible(
    scope: ProjectScope,
    environmentId: string,
    { schemaId, schema, order: { count } }: Wanted,
    before: Wanted[],
  ): Promise<void> {
    const { candidates, taken } = await this.plan.of(scope, schema, schemaId, environmentId, count);
    const made = new Map(before.map((each) => [each.schemaId, each.order.count]));
    const isMadeBefore = ({ schemaId: target }: { schemaId: string }): boolean => made.has(target);
    const counts = candidateCounts(candidates);
    for (const { field, schemaId: target } of schema.references.filter(isMadeBefore)) {
      counts[field] = Math.min(MAX_CANDIDATES, (counts[field] ?? 0) + (made.get(target) ?? 0));
    }
    requireReferences(schema, counts);
    const shortage = shortageAmong(schema, count, counts, taken);
    if (shortage) throw new Conflict('generation.not_enough_values', tooMany(shortage, count));
    const references = Object.fromEntries(
      schema.references.map(({ field }) => [field, padded(candidates[field] ?? [], counts[field] ?? 0)]),
    );
    makingRows(() => schema.rows({ seed: 'first', now: Date.now(), references }).json(0));
  }
}

/** Records that are there, and made-up ones for those that are yet to be made: a row never names more than a hundred. */
function padded(found: string[], count: number): string[] {
  const missing = Math.min(100, count) - found.length;
  return missing > 0 ? [...found, ...Array.from({ length: missing }, () => randomUUID())] : found;
}

function totalOf({ schemas }: Pick<StartManyGeneration, 'schemas'>): number {
  return schemas.reduce((sum, { count }) => sum + count, 0);
}

function repeated(schemas: SchemaOrder[]): FieldError[] {
  const all = schemas.map(({ schema_id }) => schema_id.toLowerCase());
  return all.flatMap((id, i) => {
    if (all.indexOf(id) === i) return [];
    return [{ pointer: `/schemas/${i}/schema_id`, code: 'repeated', detail: `the schema ${id} is there twice` }];
  });
}
