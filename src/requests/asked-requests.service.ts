import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { Page } from '../../libs/database/page.js';
import { Forbidden } from '../../libs/errors/errors.js';
import { type ProjectScope, requireWritable } from '../access/project-scope.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import type { CreateRequest, ListQueue, ListRequests, RequestRow } from './asked-request.dto.js';
import { AskedRequestsRepository } from './asked-requests.repository.js';
import { RequestPlaces } from './request-places.js';
import { RequestsReadModel } from './requests.read-model.js';

/** What is listed of a project's requests where nobody says since when. */
const USUAL = 30 * 24 * 3_600_000;

/** What one person asks of another, and what everybody has asked for. */
@Injectable()
export class AskedRequestsService {
  constructor(
    private readonly db: Database,
    private readonly idempotency: IdempotencyService,
    private readonly places: RequestPlaces,
    private readonly requests: AskedRequestsRepository,
    private readonly readModel: RequestsReadModel,
  ) {}

  /** Asks the people of the project for a record. Throws 404 `feature.schema_not_assigned`, 409 for what is archived. */
  async create(
    scope: ProjectScope,
    featureId: string,
    environmentId: string,
    given: CreateRequest,
    key: string | undefined,
  ): Promise<RequestRow> {
    const question = { ask: featureId, environmentId, ...given };
    const id = await this.idempotency.once(scope, key, question, async () => {
      const place = { featureId, environmentId, schemaId: given.schema_id };
      await this.places.requireOpen(scope, place);
      await this.places.requireAssigned(scope, place);
      return this.requests.create(scope, { ...place, requestNotes: given.request_notes ?? null });
    });
    return this.readModel.getOrThrow(scope, id);
  }

  /** What people ask each other for in an environment. */
  async listQueue(scope: ProjectScope, environmentId: string, query: ListQueue): Promise<Page<RequestRow>> {
    const { status, feature_id: featureId, schema_id: schemaId } = query;
    const filter = { status, featureId, schemaId, requestedBy: query.mine ? scope.userId : undefined };
    return this.readModel.listQueue(scope, environmentId, filter, query);
  }

  /** Everything that was asked for in a project: of people, and as bundles. */
  async list(scope: ProjectScope, query: ListRequests): Promise<Page<RequestRow>> {
    const { status, requested_by: requestedBy, feature_id: featureId } = query;
    const { environment_id: environmentId, schema_id: schemaId } = query;
    const filter = { status, requestedBy, featureId, environmentId, schemaId };
    const since = new Date(query.since ?? Date.now() - USUAL);
    return this.readModel.list(scope, filter, since, query);
  }

  /** Throws 409 `request.not_pending`. */
  async reject(scope: ProjectScope, id: string, notes: string): Promise<RequestRow> {
    requireWritable(scope);
    await this.db.transaction(async () => {
      await this.requests.holdPending(scope, id);
      await this.requests.close(scope, id, 'rejected', notes);
    });
    return this.readModel.getOrThrow(scope, id);
  }

  /** Takes back what the caller asked for. Throws 403 for others, 409 `request.not_pending`. */
  async withdraw(scope: ProjectScope, id: string): Promise<RequestRow> {
    requireWritable(scope);
    await this.db.transaction(async () => {
      const { requestedBy } = await this.requests.holdPending(scope, id);
      if (requestedBy !== scope.userId) {
        throw new Forbidden('request.not_yours', 'Only who asked can withdraw a request.');
      }
      await this.requests.close(scope, id, 'withdrawn', null);
    });
    return this.readModel.getOrThrow(scope, id);
  }
}
