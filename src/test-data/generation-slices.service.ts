import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../libs/cache/bounded-map.js';
import { copyRows, copyWritten, type WriteRow } from '../../libs/database/copy.js';
import { Database } from '../../libs/database/database.js';
import {
  type CompiledSchema,
  type RowSource,
  RuleUnmetError,
  SpaceExhaustedError,
} from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { RunFailure } from '../jobs/run-failure.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { type SliceResult, SlicesService } from '../jobs/slices.service.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import type { GenerationInputs, GenerationParams } from './generation.jobs.js';
import { isNoValidRow } from './no-valid-row.js';
import { RECORD_COLUMNS, recordWriter } from './record-copy.js';
import { recordId, type RowIds, rowIds, writeRecordId } from './record-id.js';
import { StockKeysService } from './stock-keys.service.js';
import { requireSameKeys } from './same-keys.js';
import { StocksRepository } from './stocks.repository.js';
import { WrittenRows } from './written-rows.js';

/** Runs whose inputs a worker keeps at hand. */
const KEPT_RUNS = 16;
/** Rows between two pauses. */
const PAUSE = 1_000;
/** Rows of a small slice that may all be without values that keep the rules. */
const FEW = 20;
/**
 * Rows that may refer to each other: each to those before it that are in the same block of as many rows, counted from the
 * run's first, and in the same slice, which is stored as a whole or not at all.
 */
const BLOCK = 1_000;

/** What the rows of a slice are made from. */
export interface RowOrder {
  schemaId: string;
  /** Names the inputs among those that the worker keeps at hand. */
  name: string;
  params: GenerationParams;
  readInputs: () => Promise<GenerationInputs>;
  /** Row of the run with which the schema's own rows begin. */
  base: number;
}

interface Slice {
  owner: Pick<ProjectScope, 'projectId'>;
  stockId: string;
  schema: CompiledSchema;
  params: GenerationParams;
  inputs: GenerationInputs;
  ids: RowIds;
  base: number;
  taken: TakenSlice;
  signal: AbortSignal;
}

/** Makes the slices of bulk runs. */
@Injectable()
export class GenerationSlices {
  private readonly kept = new BoundedMap<string, GenerationInputs>(KEPT_RUNS);

  constructor(
    private readonly db: Database,
    private readonly schemas: CompiledSchemas,
    private readonly stocks: StocksRepository,
    private readonly keys: StockKeysService,
    private readonly slices: SlicesService,
  ) {}

  /** Makes the rows of a slice of a run for one schema. */
  async make(taken: TakenSlice, signal: AbortSignal): Promise<SliceResult> {
    const { schema_id: schemaId, run_id: runId } = taken;
    if (!schemaId) throw new RunFailure('The run names no schema.');
    const params = taken.params as unknown as GenerationParams;
    const readInputs = async (): Promise<GenerationInputs> =>
      (await this.slices.inputs(runId)) as unknown as GenerationInputs;
    return this.makeRows(taken, { schemaId, name: runId, params, readInputs, base: 0 }, signal);
  }

  /** Makes rows and loads them by COPY, within the current transaction. */
  async makeRows(taken: TakenSlice, order: RowOrder, signal: AbortSignal): Promise<SliceResult> {
    const { schemaId, params, base } = order;
    const owner = { projectId: taken.project_id };
    const { environment_id: environmentId } = taken;
    if (!environmentId) throw new RunFailure('The run names no environment.');
    const current = await this.schemas.hold(owner, schemaId);
    if (!current) throw new RunFailure('The schema was deleted meanwhile.');
    const inputs = await this.inputsOf(order);
    const { schema_version: version, engine_version: engine } = params;
    const schema = await this.schemas.loadOverridden(owner, schemaId, version, inputs.overrides ?? {}, engine);
    requireSameKeys(schema, current);
    const stockId = await this.stocks.ensure(owner, schemaId, environmentId);
    const ids = rowIds(taken.run_id, taken.created_at);
    const slice = { owner, stockId, schema, params, inputs, ids, base, taken, signal };
    try {
      return await (schema.keys.length === 0 ? this.load(slice) : this.loadUnique(slice));
    } catch (error) {
      // The same row would fail in every attempt.
      throw isNoValidRow(error) ? new RunFailure(`The rules of the schema leave no row: ${error.message}.`) : error;
    }
  }

  /** What was recorded for the rows, kept for other slices: it can be hundreds of kilobytes. */
  private async inputsOf({ name, readInputs }: RowOrder): Promise<GenerationInputs> {
    const kept = this.kept.get(name);
    if (kept) return kept;
    const inputs = await readInputs();
    this.kept.set(name, inputs);
    return inputs;
  }

  private async load(slice: Slice): Promise<SliceResult> {
    const { first_row: first, rows: count } = slice.taken;
    const rows = rowsOf(slice);
    const write = writerOf(
      slice,
      count,
      (i) => first + i,
      (i) => rows.json(first + i - slice.base),
    );
    await copyRows(this.db.client, RECORD_COLUMNS, count, write, slice.signal);
    return { rows: count };
  }

  /** Takes the unique values first, and loads the rows that got theirs. */
  private async loadUnique(slice: Slice): Promise<SliceResult> {
    const { taken, base, owner, stockId, schema, ids, signal } = slice;
    const keys = await this.keys.pack(owner, stockId, schema);
    const made: number[] = [];
    let json = '';
    const written = new WrittenRows(
      writerOf(
        slice,
        taken.rows,
        (i) => base + made[i]!,
        () => json,
      ),
    );
    await readAll(rowsOf(slice), taken.first_row - base, taken.rows, signal, (row) => {
      made.push(row.no);
      keys.add(row.keys, (buffer, at) => writeRecordId(ids, base + row.no, buffer, at));
      json = row.json;
      written.add();
    });
    const refused = await this.keys.load(owner, keys, signal);
    const isKept = (no: number): boolean => refused.size === 0 || !refused.has(recordId(ids, base + no));
    if (refused.size > 0 && refersToItself(schema)) await this.loadAnew(slice, made.filter(isKept));
    else
      await copyWritten(
        this.db.client,
        RECORD_COLUMNS,
        written.kept((i) => isKept(made[i]!)),
        signal,
      );
    const rows = made.length - refused.size;
    return { rows, missing: taken.rows - rows };
  }

  /** Loads rows that referred to some that are not there: they refer to others instead. */
  private async loadAnew(slice: Slice, made: readonly number[]): Promise<void> {
    const rows = rowsOf(slice, new Set(made.map((no) => recordId(slice.ids, slice.base + no))));
    const write = writerOf(
      slice,
      made.length,
      (i) => slice.base + made[i]!,
      (i) => rows.json(made[i]!),
    );
    await copyRows(this.db.client, RECORD_COLUMNS, made.length, write, slice.signal);
  }
}

function writerOf(
  { params, ...slice }: Slice,
  count: number,
  rowNumber: (i: number) => number,
  json: (i: number) => string,
): WriteRow {
  return recordWriter({ ...slice, schemaVersion: params.schema_version }, count, rowNumber, json);
}

/** The schema's rows, counted from its first, as this slice may make them; only those that are `kept` may be referred to. */
function rowsOf({ taken, schema, params, inputs, ids, base }: Slice, kept?: ReadonlySet<string>): RowSource {
  const { seed, now } = params;
  const firstRow = (row: number): number => Math.max(taken.first_row - base, row - (row % BLOCK));
  const idOf = (row: number): string | null => {
    const id = recordId(ids, base + row);
    return kept && !kept.has(id) ? null : id;
  };
  const { references, taken: inUse } = inputs;
  return schema.rows({ seed, now, references, ...(inUse ? { taken: inUse } : {}), firstRow, idOf });
}

function refersToItself(schema: CompiledSchema): boolean {
  return schema.references.some(({ earlierRows }) => earlierRows);
}

interface ReadRow {
  no: number;
  json: string;
  keys: (string | null)[];
}

/** Gives the rows of a slice that there are to `take`, with a pause now and then for timers and signals. */
async function readAll(
  rows: RowSource,
  first: number,
  count: number,
  signal: AbortSignal,
  take: (row: ReadRow) => void,
): Promise<void> {
  let none = 0;
  for (let no = first; no < first + count; no += 1) {
    const row = readRow(rows, no, (none + 1) * 2 > Math.max(count, FEW));
    if (row) take(row);
    else none += 1;
    if (no % PAUSE !== 0) continue;
    await setImmediate();
    signal.throwIfAborted();
  }
}

/** Null where the row's own unique values break a rule, which no other draw could mend; thrown where that is `usual`. */
function readRow(rows: RowSource, no: number, usual: boolean): ReadRow | null {
  try {
    return { no, ...rows.withKeys(no) };
  } catch (error) {
    if (error instanceof RuleUnmetError && !usual) return null;
    if (!(error instanceof SpaceExhaustedError)) throw error;
    throw new RunFailure(`The unique values have run out: ${error.message}`);
  }
}
