import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { Conflict, Invalid } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { Overrides } from '../schemas/overrides.js';
import { RecordsService } from '../test-data/records.service.js';
import { SmallGenerationService } from '../test-data/small-generation.service.js';
import type { BundlePlan, PlannedSchema } from './bundle-plans.js';
import { overridesFor } from './fitting.js';
import { type PickedRecord, PicksRepository } from './picks.repository.js';

/** Rows that are made until one fits a filter that cannot be said in rules. */
const MOST_TRIES = 100;

/** Makes the records that the stock lacks, in the transaction of the hand-out. */
@Injectable()
export class ItemMaker {
  constructor(
    private readonly db: Database,
    private readonly generation: SmallGenerationService,
    private readonly records: RecordsService,
    private readonly picks: PicksRepository,
  ) {}

  /** `given` names the bundle's records so far, by schema. Throws 409 `generation.not_enough_values`, `stock.filter_unmet`. */
  async make(
    scope: ProjectScope,
    plan: BundlePlan,
    schema: PlannedSchema,
    given: ReadonlyMap<string, string>,
    match: Record<string, unknown> | null,
  ): Promise<PickedRecord> {
    const order = { schemaId: schema.id, environmentId: plan.environment.id, count: 1, given };
    const { filter } = schema;
    if (!filter) return this.read(scope, await this.generation.make(scope, order));
    const overrides = overridesFor(schema.compiled.definition, filter);
    // With the field's own rules where others do not go with it: luck may do then.
    const ways: Overrides[] = Object.keys(overrides).length > 0 ? [overrides, {}] : [{}];
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const way = ways[Math.min(Math.floor((2 * tries) / MOST_TRIES), ways.length - 1)] ?? {};
      const made = await this.db.withSavepoint(
        async () => {
          const ids = await this.attempt(scope, { ...order, overrides: way });
          return ids && (await this.picks.fits(scope, ids[0] ?? '', schema, match)) ? ids : null;
        },
        (ids) => ids !== null,
      );
      if (made) return this.read(scope, made);
    }
    throw unmet(schema);
  }

  /** The same for several bundles, with records that have nothing to do with others. */
  async makeMany(scope: ProjectScope, plan: BundlePlan, schema: PlannedSchema, count: number): Promise<PickedRecord[]> {
    const made: PickedRecord[] = [];
    if (schema.filter) {
      while (made.length < count) made.push(await this.make(scope, plan, schema, new Map(), null));
      return made;
    }
    const ids = await this.generation.make(scope, { schemaId: schema.id, environmentId: plan.environment.id, count });
    for (const id of ids) made.push(await this.read(scope, [id]));
    return made;
  }

  /** Null where the rules do not go with the schema. */
  private async attempt(
    scope: ProjectScope,
    order: Parameters<SmallGenerationService['make']>[1],
  ): Promise<string[] | null> {
    try {
      return await this.generation.make(scope, order);
    } catch (error) {
      if (error instanceof Invalid) return null;
      throw error;
    }
  }

  private async read(scope: ProjectScope, [recordId = '']: string[]): Promise<PickedRecord> {
    const { id, data_values, schema_version } = await this.records.get(scope, recordId);
    return { id, data: data_values, version: schema_version };
  }
}

function unmet({ name, filter }: PlannedSchema): Conflict {
  const detail = `No record in the stock of ${name} fits the filter ${JSON.stringify(filter)}, and none could be made that does.`;
  return new Conflict('stock.filter_unmet', detail);
}
