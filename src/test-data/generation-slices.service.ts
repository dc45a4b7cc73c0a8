import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { copyRows } from '../../libs/database/copy.js';
import { Database } from '../../libs/database/database.js';
import { type CompiledSchema, type RowSource, SpaceExhaustedError } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { RunFailure } from '../jobs/run-failure.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { type SliceResult, SlicesService } from '../jobs/slices.service.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import type { GenerationInputs, GenerationParams } from './generation.jobs.js';
import { isNoValidRow } from './no-valid-row.js';
import { RECORD_COLUMNS, recordWriter } from './record-copy.js';
import { recordId, rowIds } from './record-id.js';
import { StockKeysService } from './stock-keys.service.js';
import { StocksRepository } from './stocks.repository.js';

/** Runs whose inputs a worker keeps at hand. */
const KEPT_RUNS = 16;
/** Rows between two pauses. */
const PAUSE = 1_000;

interface Slice {
  owner: Pick<ProjectScope, 'projectId'>;
  stockId: string;
  schema: CompiledSchema;
  rows: RowSource;
  taken: TakenSlice;
  signal: AbortSignal;
}

/** Makes the slices of bulk runs. */
@Injectable()
export class GenerationSlices {
  private readonly kept = new Map<string, RowSource>();

  constructor(
    private readonly db: Database,
    private readonly schemas: CompiledSchemas,
    private readonly stocks: StocksRepository,
    private readonly keys: StockKeysService,
    private readonly slices: SlicesService,
  ) {}

  /** Makes the rows of a slice and loads them by COPY, within the current transaction. */
  async make(taken: TakenSlice, signal: AbortSignal): Promise<SliceResult> {
    const params = taken.params as unknown as GenerationParams;
    const owner = { projectId: taken.project_id };
    const { schema_id: schemaId, environment_id: environmentId } = taken;
    if (!schemaId || !environmentId) throw new RunFailure('The run names no schema or environment.');
    const current = await this.schemas.hold(owner, schemaId);
    if (!current) throw new RunFailure('The schema was deleted meanwhile.');
    const schema = await this.schemas.load(owner, schemaId, params.schema_version);
    requireItsKeys(schema, current);
    const stockId = await this.stocks.ensure(owner, schemaId, environmentId);
    const rows = await this.rowsOf(taken.run_id, schema, params);
    const slice = { owner, stockId, schema, rows, taken, signal };
    try {
      return await (schema.keys.length === 0 ? this.load(slice) : this.loadUnique(slice));
    } catch (error) {
      // The same row would fail in every attempt.
      throw isNoValidRow(error) ? new RunFailure(`The rules of the schema leave no row: ${error.message}.`) : error;
    }
  }

  /** The run's rows, kept for its other slices: what they are made from can be hundreds of kilobytes. */
  private async rowsOf(runId: string, schema: CompiledSchema, { seed, now }: GenerationParams): Promise<RowSource> {
    const kept = this.kept.get(runId);
    if (kept) return kept;
    const { references } = (await this.slices.inputs(runId)) as unknown as GenerationInputs;
    const rows = schema.rows({ seed, now, references });
    const oldest = this.kept.size >= KEPT_RUNS ? this.kept.keys().next().value : undefined;
    if (oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(runId, rows);
    return rows;
  }

  private async load(slice: Slice): Promise<SliceResult> {
    const { first_row: first, rows: count } = slice.taken;
    await this.copy(
      slice,
      count,
      (i) => first + i,
      (i) => slice.rows.json(first + i),
    );
    return { rows: count };
  }

  /** Takes the unique values first, and loads the rows that got theirs. */
  private async loadUnique(slice: Slice): Promise<SliceResult> {
    const { first_row: first, rows: count } = slice.taken;
    const ids = rowIds(slice.taken.run_id, slice.taken.created_at);
    const read = await readAll(slice.rows, first, count, slice.signal);
    const made = read.map((row, i) => ({
      id: recordId(ids, first + i),
      no: first + i,
      ...row,
    }));
    const refused = await this.keys.load(slice.owner, slice.stockId, slice.schema, made, slice.signal);
    const free = refused.size === 0 ? made : made.filter(({ id }) => !refused.has(id));
    await this.copy(
      slice,
      free.length,
      (i) => free[i]?.no ?? 0,
      (i) => free[i]?.json ?? '',
    );
    return { rows: free.length, missing: refused.size };
  }

  private async copy(
    { taken, stockId, signal }: Slice,
    count: number,
    rowNumber: (i: number) => number,
    json: (i: number) => string,
  ): Promise<void> {
    const common = {
      ids: rowIds(taken.run_id, taken.created_at),
      stockId,
      projectId: taken.project_id,
      runId: taken.run_id,
      createdBy: taken.created_by,
      schemaVersion: (taken.params as unknown as GenerationParams).schema_version,
    };
    await copyRows(this.db.client, RECORD_COLUMNS, count, recordWriter(common, count, rowNumber, json), signal);
  }
}

/** The rows of a run follow the definition that it was started with, which must not break what is unique by now. */
function requireItsKeys(schema: CompiledSchema, current: CompiledSchema): void {
  const added = current.keys.find((key) => !schema.keys.some(({ id }) => id === key.id));
  if (!added) return;
  throw new RunFailure(
    `The key ${added.fields.join(', ')} became unique after the run was started; start another run.`,
  );
}

/** All rows of a slice, with a pause now and then for timers and signals. */
async function readAll(
  rows: RowSource,
  first: number,
  count: number,
  signal: AbortSignal,
): Promise<{ json: string; keys: (string | null)[] }[]> {
  const read: { json: string; keys: (string | null)[] }[] = [];
  try {
    while (read.length < count) {
      read.push(rows.withKeys(first + read.length));
      if (read.length % PAUSE !== 0) continue;
      await setImmediate();
      signal.throwIfAborted();
    }
    return read;
  } catch (error) {
    if (!(error instanceof SpaceExhaustedError)) throw error;
    throw new RunFailure(`The unique values have run out: ${error.message}`);
  }
}
