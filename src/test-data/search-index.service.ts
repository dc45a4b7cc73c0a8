import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import type { SliceResult } from '../jobs/slices.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { SearchFieldsRepository } from './search-fields.repository.js';
import type { IndexCursor, IndexParams } from './search-index.jobs.js';

/** Most records, and most values that are removed, of one part of a run. */
const MOST = 10_000;
const MOST_DROPPED = 50_000;
const START: IndexCursor = { stock: 0, after: '00000000-0000-0000-0000-000000000000', done: 0 };

/** Does the parts of runs that make fields searchable: each goes on where the one before ended. */
@Injectable()
export class SearchIndexSlices {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly schemas: CompiledSchemas,
    private readonly fields: SearchFieldsRepository,
  ) {}

  /** Puts in or removes the next values, within the current transaction. */
  async make(taken: TakenSlice): Promise<SliceResult> {
    const params = taken.params as unknown as IndexParams;
    const owner = { projectId: taken.project_id };
    const cursor: IndexCursor = { ...START, ...taken.cursor };
    const most = Math.min(MOST, this.config.worker.sliceRows);
    // Held, so that a field that stops being searchable meanwhile is not written to behind the run that removes its values.
    const isThere = taken.schema_id !== null && (await this.schemas.hold(owner, taken.schema_id)) !== null;
    const stockId = isThere && params.fields.length > 0 ? params.stocks[cursor.stock] : undefined;
    if (stockId === undefined) return this.end(owner, params, cursor);
    const ids = await this.fields.listRecords(owner, stockId, cursor.after, most);
    if (ids.length > 0) await this.fields.index(owner, ids, params.fields);
    const isLast = ids.length < most;
    const next = isLast ? { stock: cursor.stock + 1, after: START.after } : { stock: cursor.stock, after: ids.at(-1)! };
    return goOn({ ...next, done: cursor.done + ids.length }, ids.length, most, taken);
  }

  private async end(
    owner: { projectId: string },
    { fields, dropped }: IndexParams,
    cursor: IndexCursor,
  ): Promise<SliceResult> {
    const gone = dropped.length > 0 ? await this.fields.dropValues(owner, dropped, MOST_DROPPED) : 0;
    if (gone === MOST_DROPPED)
      return { rows: 0, counts: { removed: gone }, more: [{ rows: 0, cursor: { ...cursor } }] };
    await this.fields.markReady(owner, fields);
    return { rows: 0, counts: { removed: gone }, run: { total: cursor.done } };
  }
}

function goOn(cursor: IndexCursor, rows: number, most: number, { total }: TakenSlice): SliceResult {
  const run = cursor.done > total ? { run: { total: cursor.done } } : {};
  return { rows, counts: { indexed: rows }, ...run, more: [{ rows: most, cursor: { ...cursor } }] };
}
