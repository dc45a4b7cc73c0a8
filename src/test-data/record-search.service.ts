import { Injectable } from '@nestjs/common';
import type { Page } from '../../libs/database/page.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { momentOf } from './as-of.dto.js';
import { RecordAgeing } from './record-ageing.service.js';
import type { RecordRow } from './record.dto.js';
import { readCursor, writeCursor } from './record-order.js';
import { RecordSearchRepository } from './record-search.repository.js';
import { RecordValues } from './record-values.js';
import { type RecordSearchRequest, SearchPlans } from './search-plans.service.js';

/** A search, a page of it at a time. */
export interface RecordPageRequest extends RecordSearchRequest {
  limit: number;
  cursor?: string;
  as_of?: string;
}

/** Finds the records of a stock. */
@Injectable()
export class RecordSearch {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly plans: SearchPlans,
    private readonly records: RecordSearchRepository,
    private readonly values: RecordValues,
    private readonly ageing: RecordAgeing,
  ) {}

  /** A record, as of a moment. */
  async get(scope: ProjectScope, id: string, asOf?: string): Promise<RecordRow> {
    return this.show(scope, await this.values.get(scope, id), asOf);
  }

  /** A record that was read already, as of a moment. */
  async show(scope: ProjectScope, record: RecordRow, asOf?: string): Promise<RecordRow> {
    const [shown = record] = await this.ageing.asOf(scope, [record], momentOf(asOf));
    return this.values.inOrder(scope, shown);
  }

  /**
   * Throws 422 `filter.invalid`, `sort.invalid`, `list.bad_cursor` for a cursor of another order, `search.stock_too_large` where
   * more than 100,000 records would have to be looked at, `search.too_slow`.
   */
  async list(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    request: RecordPageRequest,
  ): Promise<Page<RecordRow>> {
    await this.environments.get(scope, environmentId);
    const question = await this.plans.question(scope, schemaId, environmentId, request);
    const { order } = question;
    const after = readCursor(order, request.cursor);
    const stockId = await this.values.findStock(scope, schemaId, environmentId);
    if (!stockId) return { data: [], nextCursor: null };
    const { limit } = request;
    const found = await this.records.list(scope, { ...question, stockId, after, limit: limit + 1 });
    const last = found.length > limit ? found[limit - 1] : undefined;
    const shown = await this.ageing.asOf(scope, found.slice(0, limit), momentOf(request.as_of));
    const data = await Promise.all(shown.map((row) => this.values.inOrder(scope, row)));
    return { data, nextCursor: last ? writeCursor(order, { values: last.place, id: last.id }) : null };
  }
}
