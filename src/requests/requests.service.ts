import { Injectable } from '@nestjs/common';
import { uuid7Moment } from '../../libs/database/uuid7.js';
import type { Caller } from '../access/caller.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { momentOf } from '../test-data/as-of.dto.js';
import { RecordAgeing } from '../test-data/record-ageing.service.js';
import { agedItems } from './aged-items.js';
import {
  type BundleResponse,
  type ClaimedBundle,
  type HandOutResponse,
  toBundleResponse,
  toHandedOutBundle,
} from './bundle.dto.js';
import { ClaimingService } from './claiming.service.js';
import { refusal } from './refusals.js';
import type { Question } from './request-data.dto.js';
import { WaitingService } from './waiting.service.js';

type Schemas = Parameters<typeof toBundleResponse>[1];

/** Hands out test data. */
@Injectable()
export class RequestsService {
  constructor(
    private readonly claiming: ClaimingService,
    private readonly waiting: WaitingService,
    private readonly schemas: CompiledSchemas,
    private readonly ageing: RecordAgeing,
  ) {}

  /**
   * One record of each of the feature's schemas, or of the one that is asked for: from stock, or made on the spot. All or
   * nothing. Throws 403 in a protected environment, 404, 409 `feature.no_schema` and where something is archived.
   */
  async request(caller: Caller, question: Question, key: string | undefined): Promise<BundleResponse> {
    const [bundle] = await this.claim(caller, question, key);
    return toBundleResponse(bundle!, await this.schemasOf(bundle!));
  }

  /** The same with all that can be asked; `gone` says when the caller does not listen any more. Throws 409 `stock.empty`, `lease.ended`. */
  async handOut(
    caller: Caller,
    question: Question,
    key: string | undefined,
    gone: AbortSignal,
  ): Promise<HandOutResponse> {
    const bundles = await this.claim(caller, question, key, gone);
    const data = bundles.map(async (bundle) =>
      toHandedOutBundle(await this.aged(bundle, question.asOf), await this.schemasOf(bundle)),
    );
    return { data: await Promise.all(data) };
  }

  private async claim(
    caller: Caller,
    question: Question,
    key: string | undefined,
    gone?: AbortSignal,
  ): Promise<ClaimedBundle[]> {
    const claim =
      gone && question.wait > 0
        ? await this.waiting.attempt(caller, question, key, gone)
        : await this.claiming.attempt(caller, question, key);
    if (claim.outcome === 'claimed') return claim.bundles;
    throw refusal(claim, question);
  }

  /** A repeated request shows the same values: its bundle knows when it was handed out. */
  private async aged(bundle: ClaimedBundle, asOf: string | null): Promise<ClaimedBundle> {
    if (asOf === null) return bundle;
    const at = asOf === 'now' ? uuid7Moment(bundle.bundle_id) : momentOf(asOf);
    return { ...bundle, items: await agedItems(this.ageing, { projectId: bundle.project_id }, bundle.items, at) };
  }

  private async schemasOf({ project_id, items }: ClaimedBundle): Promise<Schemas> {
    const owner = { projectId: project_id };
    return Promise.all(items.map(({ schema_id, version }) => this.schemas.load(owner, schema_id, version)));
  }
}
