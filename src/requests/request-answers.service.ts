import { Injectable } from '@nestjs/common';
import { NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import { RecordsService } from '../test-data/records.service.js';
import { type FulfillRequest, type RequestWithRecord, toRequestWithRecord } from './asked-request.dto.js';
import { AskedRequestsRepository } from './asked-requests.repository.js';
import { GivenRecords } from './given-records.js';
import { RequestsReadModel } from './requests.read-model.js';

/** Gives people what they ask each other for. */
@Injectable()
export class RequestAnswers {
  constructor(
    private readonly idempotency: IdempotencyService,
    private readonly requests: AskedRequestsRepository,
    private readonly readModel: RequestsReadModel,
    private readonly given: GivenRecords,
    private readonly records: RecordsService,
  ) {}

  /** The request with the values of the record that was handed out, if it is still there. */
  async get(scope: ProjectScope, id: string): Promise<RequestWithRecord> {
    const request = await this.readModel.getOrThrow(scope, id);
    return toRequestWithRecord(request, await this.valuesOf(scope, request.provided_data_id));
  }

  /** Gives the asker a record. Throws 409 `request.not_pending`, `record.not_active`, `stock.empty` and for what is archived. */
  async fulfill(
    scope: ProjectScope,
    id: string,
    order: FulfillRequest,
    key: string | undefined,
  ): Promise<RequestWithRecord> {
    await this.idempotency.once(scope, key, { fulfill: id, ...order }, async () => {
      const request = await this.requests.holdPending(scope, id);
      const record = await this.given.choose(scope, request, order);
      await this.requests.fulfill(scope, request, { ...record, notes: order.response_notes ?? null });
      return id;
    });
    return this.get(scope, id);
  }

  private async valuesOf(scope: ProjectScope, recordId: string | null): Promise<Record<string, unknown> | null> {
    if (recordId === null) return null;
    try {
      return (await this.records.get(scope, recordId)).data_values;
    } catch (error) {
      if (error instanceof NotFound) return null;
      throw error;
    }
  }
}
