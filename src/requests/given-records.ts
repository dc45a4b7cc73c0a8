import { Injectable } from '@nestjs/common';
import { Conflict, NotFound } from '../../libs/errors/errors.js';
import { invalidRequest } from '../../libs/http/validation.js';
import type { ProjectScope } from '../access/project-scope.js';
import { SmallGenerationService } from '../test-data/small-generation.service.js';
import type { FulfillRequest } from './asked-request.dto.js';
import { AskedRequestsRepository, type GivenRecord } from './asked-requests.repository.js';
import { PicksRepository } from './picks.repository.js';
import { RequestPlaces } from './request-places.js';
import type { TestDataRequest } from './test-data-request.entity.js';

/** Which record somebody gets who asked a person. */
@Injectable()
export class GivenRecords {
  constructor(
    private readonly places: RequestPlaces,
    private readonly requests: AskedRequestsRepository,
    private readonly picks: PicksRepository,
    private readonly generation: SmallGenerationService,
  ) {}

  /** The record, held until the transaction ends. Throws 404, 409 `record.not_active`, `stock.empty` and for what is archived. */
  async choose(
    scope: ProjectScope,
    request: TestDataRequest,
    { record_id: chosen, generate = false }: FulfillRequest,
  ): Promise<Omit<GivenRecord, 'notes'>> {
    if (chosen !== undefined && generate) throw both();
    const { isReusable } = await this.places.requireOpen(scope, request);
    const isSingleUse = !isReusable;
    // What was lent and is over can be given.
    await this.picks.returnExpired(scope, [request.schemaId], request.environmentId);
    if (chosen !== undefined) {
      await this.requireActive(scope, chosen, request);
      return { recordId: chosen, source: 'stock', isSingleUse };
    }
    if (!generate) return { recordId: await this.draw(scope, request, isSingleUse), source: 'stock', isSingleUse };
    const { schemaId, environmentId } = request;
    const [made] = await this.generation.make(scope, { schemaId, environmentId, count: 1 });
    return { recordId: made as string, source: 'generated', isSingleUse };
  }

  private async requireActive(scope: ProjectScope, id: string, request: TestDataRequest): Promise<void> {
    const status = await this.requests.holdRecord(scope, id, request);
    if (status === 'active') return;
    if (status !== null) throw new Conflict('record.not_active', `The record is ${status}, not active.`);
    throw new NotFound('record.not_found', `There is no record ${id} of the schema in the environment.`);
  }

  private async draw(scope: ProjectScope, request: TestDataRequest, isSingleUse: boolean): Promise<string> {
    const picked = await this.picks.draw(scope, request.schemaId, request.environmentId, isSingleUse);
    if (picked) return picked;
    throw new Conflict('stock.empty', 'The schema has no active record in the environment; `generate` makes one.');
  }
}

function both(): Error {
  const detail = 'generate must not be true where record_id says which record to give';
  return invalidRequest([{ pointer: '/generate', code: 'record_id', detail }]);
}
