import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import type { PlannedSlice, SliceResult } from '../jobs/slices.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { CompiledSchemas, type HeldSchema } from '../schemas/compiled-schemas.js';
import type { FilterSql } from '../test-data/record-filter.js';
import { StockIds } from '../test-data/stock-ids.service.js';
import { CopiesRepository, type Stretch } from './copies.repository.js';
import type { CopiedSchema, CopyCursor, CopyParams, SelectionEnd } from './copy.jobs.js';
import { BEFORE_ALL, selectionOf } from './copy-part.js';

/** Most records of a slice whose records are looked at one by one: others need not wait long for it. */
const MOST_ROWS = 20_000;

interface Planned {
  id: string;
  end: SelectionEnd;
  parts: { after: string; upto: string; rows: number }[];
  /** How many records there are, and the name of the schema. */
  rows: number;
  name: string;
  references: string[];
  hasKeys: boolean;
}

/** The first slice of a run: finds which records there are to copy, and cuts them into slices. */
@Injectable()
export class CopyPlan {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly schemas: CompiledSchemas,
    private readonly stocks: StockIds,
    private readonly copies: CopiesRepository,
  ) {}

  async make(taken: TakenSlice): Promise<SliceResult> {
    const params = taken.params as unknown as CopyParams;
    const planned: Planned[] = [];
    for (const copied of params.schemas) {
      const plan = await this.ofSchema({ projectId: taken.project_id }, params, copied);
      if (plan) planned.push(plan);
    }
    const each = planned.reduce((sum, { rows }) => sum + rows, 0);
    const result = {
      records: each * params.to.length,
      schemas: Object.fromEntries(planned.map(({ name, rows }) => [name, rows])),
    };
    if (!params.dry_run) {
      const run = { total: each * params.to.length, result };
      return { rows: 0, run, more: params.to.flatMap((to) => slicesTo(to, planned)) };
    }
    const keyed = planned.filter(({ hasKeys }) => hasKeys);
    return {
      rows: 0,
      counts: { conflicts: 0 },
      run: { total: 0, result },
      more: params.to.flatMap((to) => slicesTo(to, keyed)),
    };
  }

  private async ofSchema(
    owner: { projectId: string },
    params: CopyParams,
    copied: CopiedSchema,
  ): Promise<Planned | null> {
    const stockId = await this.stocks.find(owner, copied.id, params.from);
    const held = await this.schemas.holdVersion(owner, copied.id);
    const last = stockId && held ? await this.copies.findLast(owner, stockId) : null;
    if (!stockId || !held || !last) return null;
    const whole: Stretch = { stockId, after: BEFORE_ALL, upto: last };
    const threshold = await this.threshold(owner, whole, params, copied, held);
    const selection = selectionOf(copied, held.schema, params, { last, threshold }, 5);
    const isQuick =
      !copied.mask && !params.move && !params.dry_run && (params.whole || held.schema.references.length === 0);
    const most = isQuick ? Infinity : MOST_ROWS;
    const parts = await this.cut(owner, whole, selection, most, copied.limit ?? Infinity);
    const end = { last: parts.at(-1)?.upto ?? last, threshold };
    const references = [...new Set(held.schema.references.map(({ schemaId }) => schemaId))];
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    const hasKeys = held.schema.keys.length > 0;
    return { id: copied.id, end, parts, rows, name: held.name, references, hasKeys };
  }

  private async threshold(
    owner: { projectId: string },
    whole: Stretch,
    params: CopyParams,
    copied: CopiedSchema,
    { schema }: HeldSchema,
  ): Promise<string | null> {
    if (!copied.sample) return null;
    const selection = selectionOf(copied, schema, params, { last: whole.upto, threshold: null }, 5);
    return this.copies.findThreshold(owner, whole, selection, copied.sample);
  }

  /** Parts of as many records each, as far as `limit` goes. */
  private async cut(
    owner: { projectId: string },
    whole: Stretch,
    selection: FilterSql,
    most: number,
    limit: number,
  ): Promise<Planned['parts']> {
    const parts: Planned['parts'] = [];
    const size = Math.min(most, this.config.worker.sliceRows);
    for (let { after } = whole, left = limit; left > 0;) {
      const rows = Math.min(size, left);
      const upto = await this.copies.findEnd(owner, { ...whole, after }, selection, rows);
      if (upto === null) {
        const rest = await this.copies.count(owner, { ...whole, after }, selection);
        if (rest > 0) parts.push({ after, upto: whole.upto, rows: rest });
        break;
      }
      parts.push({ after, upto, rows });
      after = upto;
      left -= rows;
    }
    return parts;
  }
}

function slicesTo(to: string, planned: Planned[]): PlannedSlice[] {
  return planned.flatMap(({ id, end, parts, references }, place) => {
    // Its own, and those that come later: their copies are not there yet when this one's are made.
    const later = planned.slice(place);
    const isAhead = later.some((other) => references.includes(other.id));
    const ends = Object.fromEntries(later.map((other) => [other.id, other.end]));
    return parts.map(({ after, upto, rows }) => {
      const cursor: CopyCursor = { to, schema: id, after, upto, ...end, ...(isAhead ? { ends } : {}) };
      return { rows, cursor: { ...cursor } };
    });
  });
}
