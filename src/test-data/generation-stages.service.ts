import { Injectable } from '@nestjs/common';
import { DomainError } from '../../libs/errors/errors.js';
import { RunFailure } from '../jobs/run-failure.js';
import { RunsService } from '../jobs/runs.service.js';
import { type SliceResult, SlicesService } from '../jobs/slices.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { candidateCounts } from './capacity.js';
import type { GenerationInputs, ManyGenerationInputs, ManyGenerationParams, StageCursor } from './generation.jobs.js';
import { GenerationSlices } from './generation-slices.service.js';
import { requireReferences } from './reference-candidates.js';
import { LISTED, StockPlan } from './stock-plan.js';

type Stage = ManyGenerationParams['stages'][number];

/**
 * Makes the slices of runs for several schemas. Each schema is a stage: a slice without rows begins it, by recording which
 * records its references may name and by cutting its rows into slices; the last of these leads to the next stage.
 */
@Injectable()
export class GenerationStages {
  constructor(
    private readonly schemas: CompiledSchemas,
    private readonly plan: StockPlan,
    private readonly runs: RunsService,
    private readonly slices: SlicesService,
    private readonly rows: GenerationSlices,
  ) {}

  async make(taken: TakenSlice, signal: AbortSignal): Promise<SliceResult> {
    const params = taken.params as unknown as ManyGenerationParams;
    const { stage: no, base } = (taken.cursor ?? { stage: 0 }) as StageCursor;
    const stage = params.stages[no];
    if (!stage) throw new RunFailure(`The run has no stage ${no}.`);
    if (base === undefined) return this.begin(taken, params, stage, no);
    const made = await this.makeRows(taken, params, stage, base, signal);
    const isLast = no + 1 === params.stages.length;
    return {
      ...made,
      counts: { [stage.schema_id]: made.rows },
      ...(isLast ? {} : { afterAll: { rows: 0, cursor: { stage: no + 1 } } }),
    };
  }

  private async begin(
    taken: TakenSlice,
    { now, engine_version }: ManyGenerationParams,
    { schema_id: schemaId, schema_version, count }: Stage,
    stage: number,
  ): Promise<SliceResult> {
    const owner = { projectId: taken.project_id };
    if (!taken.environment_id) throw new RunFailure('The run names no environment.');
    if (!(await this.schemas.hold(owner, schemaId))) throw new RunFailure('A schema was deleted meanwhile.');
    const { overrides = {} } = (await this.allInputs(taken.run_id))[schemaId] ?? {};
    const schema = await this.schemas.loadOverridden(owner, schemaId, schema_version, overrides, engine_version);
    const planned = await this.planning(schemaId, async (): Promise<GenerationInputs> => {
      const stock = await this.plan.of(owner, schema, schemaId, taken.environment_id ?? '', count);
      requireReferences(schema, candidateCounts(stock.candidates));
      const values = await this.plan.takenValues(owner, schema, stock, { count, now, most: LISTED });
      return { references: stock.candidates, taken: values, overrides };
    });
    const cursor: StageCursor = { stage, base: taken.first_row };
    const more = this.runs.cut(count).map((rows) => ({ rows, cursor }));
    return { rows: 0, more, run: { inputs: { [schemaId]: planned } } };
  }

  private async makeRows(
    taken: TakenSlice,
    { now, engine_version }: ManyGenerationParams,
    { schema_id: schemaId, schema_version, seed }: Stage,
    base: number,
    signal: AbortSignal,
  ): Promise<SliceResult> {
    const readInputs = async (): Promise<GenerationInputs> =>
      (await this.allInputs(taken.run_id))[schemaId] as GenerationInputs;
    const order = {
      schemaId,
      name: `${taken.run_id} ${schemaId}`,
      params: { seed, now, schema_version, engine_version },
      readInputs,
      base,
    };
    return this.rows.makeRows(taken, order, signal);
  }

  private async allInputs(runId: string): Promise<ManyGenerationInputs> {
    return (await this.slices.inputs(runId)) as ManyGenerationInputs;
  }

  /** What was in order when the run was asked for may have changed since; a retry finds out whether it is again. */
  private async planning<T>(schemaId: string, plan: () => Promise<T>): Promise<T> {
    try {
      return await plan();
    } catch (error) {
      throw error instanceof DomainError ? new RunFailure(`Schema ${schemaId}: ${error.message}`) : error;
    }
  }
}
