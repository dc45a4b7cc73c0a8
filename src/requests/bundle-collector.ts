import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import type { ClaimedItem } from './bundle.dto.js';
import type { PlannedSchema } from './bundle-plans.js';
import { itemOf, ItemSource, type Search } from './item-source.js';
import type { ChainedSchema } from './pick-sql.js';
import { type BundleLink, PicksRepository } from './picks.repository.js';

/** Records of a root that are looked through for a chain, in either direction, as in {@link ItemSource}. */
const NEAR = 250;
const FAR = 50_000;

/** Puts bundles together, record by record, where the function that claims has found something missing. */
@Injectable()
export class BundleCollector {
  constructor(
    private readonly picks: PicksRepository,
    private readonly source: ItemSource,
  ) {}

  /** The records of so many bundles, each in the order of the plan. Throws MissingRecord where nothing is to be made. */
  async collect(scope: ProjectScope, search: Search, count: number): Promise<ClaimedItem[][]> {
    const { schemas, environment } = search.plan;
    const ids = schemas.map(({ id }) => id);
    await this.picks.returnExpired(scope, ids, environment.id);
    const links = ids.length > 1 ? await this.picks.listLinks(scope, ids) : [];
    const bundles = Array.from({ length: count }, () => new Map<string, ClaimedItem>());
    for (const chain of chainsOf(schemas, links)) {
      if (chain.length === 1 && chain[0]) await this.addAlone(scope, search, chain[0], bundles);
      else for (const bundle of bundles) await this.addChain(scope, search, chain, links, bundle);
    }
    return bundles.map((bundle) => ids.map((id) => bundle.get(id) as ClaimedItem));
  }

  private async addAlone(
    scope: ProjectScope,
    search: Search,
    schema: PlannedSchema,
    bundles: Map<string, ClaimedItem>[],
  ): Promise<void> {
    const items = await this.source.getMany(scope, search, schema, bundles.length);
    for (const [i, item] of items.entries()) bundles[i]?.set(schema.id, item);
  }

  /** Records that name each other: all from stock where it has such; otherwise one by one, what is referred to first. */
  private async addChain(
    scope: ProjectScope,
    search: Search,
    chain: PlannedSchema[],
    links: BundleLink[],
    bundle: Map<string, ClaimedItem>,
  ): Promise<void> {
    const { plan, mayMake, taken } = search;
    const own = links.filter(({ from }) => chain.some(({ id }) => id === from));
    const isFiltered = chain.some(({ filter }) => filter !== null);
    const span = mayMake && !isFiltered ? NEAR : FAR;
    const found = await this.picks.pickChain(scope, plan.environment.id, withRoots(chain, own), own, { taken, span });
    if (found) {
      for (const schema of chain) {
        const record = found.get(schema.id)!;
        if (schema.isExclusive) taken.push(record.id);
        bundle.set(schema.id, itemOf(schema, record));
      }
      return;
    }
    for (const schema of referredFirst(chain)) {
      const given = new Map([...bundle].map(([id, item]) => [id, item.record_id]));
      bundle.set(schema.id, await this.source.get(scope, search, schema, given));
    }
  }
}

/** The schemas in groups that have nothing to do with each other. */
function chainsOf(schemas: PlannedSchema[], links: BundleLink[]): PlannedSchema[][] {
  const groups = new Map(schemas.map(({ id }) => [id, new Set([id])]));
  for (const { from, to } of links) {
    const both = new Set([...(groups.get(from) ?? []), ...(groups.get(to) ?? [])]);
    for (const id of both) groups.set(id, both);
  }
  return [...new Set(groups.values())].map((group) => schemas.filter(({ id }) => group.has(id)));
}

/** A circle, which only optional references can make, is followed from its first schema. */
function withRoots(chain: PlannedSchema[], links: BundleLink[]): ChainedSchema[] {
  const isNamed = (schema: PlannedSchema): boolean => links.some(({ to }) => to === schema.id);
  const first = chain.every(isNamed) ? chain[0] : undefined;
  return chain.map((schema) => ({ schema, isRoot: schema === first || !isNamed(schema) }));
}

/** In a circle, whichever comes first. */
function referredFirst(schemas: PlannedSchema[]): PlannedSchema[] {
  const sorted: PlannedSchema[] = [];
  const visit = (schema: PlannedSchema, path: PlannedSchema[]): void => {
    if (sorted.includes(schema) || path.includes(schema)) return;
    const targets = schemas.filter(({ id }) => schema.compiled.references.some(({ schemaId }) => schemaId === id));
    for (const target of targets) visit(target, [...path, schema]);
    sorted.push(schema);
  };
  for (const schema of schemas) visit(schema, []);
  return sorted;
}
