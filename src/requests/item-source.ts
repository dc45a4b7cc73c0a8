import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import type { SearchableFields } from '../test-data/search-conditions.js';
import { SearchFieldsService } from '../test-data/search-fields.service.js';
import type { ClaimedItem } from './bundle.dto.js';
import type { BundlePlan, PlannedSchema } from './bundle-plans.js';
import type { Missing } from './claim-outcome.js';
import { containing } from './containing.js';
import { ItemMaker } from './item-maker.js';
import { type PickedRecord, PicksRepository } from './picks.repository.js';

/** The stock lacks something, and nothing is to be made. */
export class MissingRecord extends Error {
  constructor(readonly missing: Missing) {
    super(missing.reason);
  }
}

/** How a hand-out looks for its records. */
export interface Search {
  plan: BundlePlan;
  /** Whether what the stock lacks is made. */
  mayMake: boolean;
  /** Records that nobody else may get, and that the hand-out has already. */
  taken: string[];
}

/** Records of a stock that are looked through, in either direction: soon, where something can be made instead, or else for long. */
const NEAR = 250;
const FAR = 50_000;

/** Where a bundle's record comes from: the stock where it has one that fits, otherwise the generator. */
@Injectable()
export class ItemSource {
  constructor(
    private readonly picks: PicksRepository,
    private readonly maker: ItemMaker,
    private readonly fields: SearchFieldsService,
  ) {}

  /** `given` names the bundle's records so far, by schema: references to those schemas are references to them. Throws {@link MissingRecord}. */
  async get(
    scope: ProjectScope,
    search: Search,
    schema: PlannedSchema,
    given: ReadonlyMap<string, string>,
  ): Promise<ClaimedItem> {
    const match = matchOf(schema, given);
    const [found] = await this.pick(scope, search, schema, match, 1);
    if (found) return itemOf(schema, found);
    const reason = await this.reason(scope, search, schema, match);
    return itemOf(schema, await this.maker.make(scope, search.plan, schema, given, match), reason);
  }

  /** The same for several bundles, with records that have nothing to do with others: reusable ones may stand in more than one. */
  async getMany(scope: ProjectScope, search: Search, schema: PlannedSchema, count: number): Promise<ClaimedItem[]> {
    const found = await this.pick(scope, search, schema, null, count);
    const items = found.map((record) => itemOf(schema, record));
    const missing = schema.isExclusive ? count - found.length : Math.max(0, 1 - found.length);
    if (missing > 0) {
      const reason = await this.reason(scope, search, schema, null);
      const made = await this.maker.makeMany(scope, search.plan, schema, missing);
      items.push(...made.map((record) => itemOf(schema, record, reason)));
    }
    return Array.from({ length: count }, (_, i) => items[i % items.length] as ClaimedItem);
  }

  private async pick(
    scope: ProjectScope,
    { plan, mayMake, taken }: Search,
    schema: PlannedSchema,
    match: Record<string, unknown> | null,
    limit: number,
  ): Promise<PickedRecord[]> {
    const find = (span: number, searchable?: SearchableFields): Promise<PickedRecord[]> =>
      this.picks.pick(scope, plan.environment.id, schema, { match, taken, limit, span, searchable });
    const isEnough = ({ length }: PickedRecord[]): boolean =>
      length === limit || (mayMake && !schema.filter) || !(match || schema.filter);
    let found = await find(Math.max(NEAR, 2 * limit));
    if (!isEnough(found) && schema.filter) found = await find(FAR, await this.fields.listReady(scope, schema.id));
    // By a field that says little, not all that fit have come up.
    if (!isEnough(found)) found = await find(FAR);
    if (schema.isExclusive) taken.push(...found.map(({ id }) => id));
    return found;
  }

  /** Why a record has to be made. Throws {@link MissingRecord} where none is to be. */
  private async reason(
    scope: ProjectScope,
    { plan, mayMake }: Search,
    schema: PlannedSchema,
    match: Record<string, unknown> | null,
  ): Promise<Missing['reason']> {
    const isSpecial = match !== null || schema.filter !== null;
    const hasOthers = isSpecial && (await this.picks.hasActive(scope, schema.id, plan.environment.id));
    const reason = !hasOthers ? 'stock_empty' : match ? 'no_chain' : 'none_matches';
    if (!mayMake) throw new MissingRecord({ schema_id: schema.id, schema: schema.name, reason });
    return reason;
  }
}

/** What a record's values must contain to name the records that the bundle has. */
export function matchOf(schema: PlannedSchema, given: ReadonlyMap<string, string>): Record<string, unknown> | null {
  const links = schema.compiled.references.flatMap(({ field, schemaId }) => {
    const recordId = schemaId === schema.id ? undefined : given.get(schemaId);
    return recordId === undefined ? [] : [{ field, recordId }];
  });
  return links.length > 0 ? containing(links) : null;
}

export function itemOf(
  { id, name, isPrimary }: PlannedSchema,
  { id: record_id, data, version }: PickedRecord,
  reason: Missing['reason'] | null = null,
): ClaimedItem {
  const source = reason ? 'generated' : 'stock';
  return { schema_id: id, schema: name, is_primary: isPrimary, record_id, version, data, source, reason };
}
