import { Injectable } from '@nestjs/common';
import type { CompiledSchema, Link } from '../../libs/generator/index.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { renamed } from '../test-data/renamed.js';
import { StockIds } from '../test-data/stock-ids.service.js';
import { StockKeysService } from '../test-data/stock-keys.service.js';
import { CopiesRepository } from './copies.repository.js';
import { copiedId } from './copied-id.js';
import { setReferences, type Successors } from './set-references.js';
import { BEFORE_ALL, type CopyPart, selectionOf } from './copy-part.js';

/** Finds what references of copies lead to. */
@Injectable()
export class CopiedReferences {
  constructor(
    private readonly schemas: CompiledSchemas,
    private readonly stocks: StockIds,
    private readonly keys: StockKeysService,
    private readonly copies: CopiesRepository,
  ) {}

  /**
   * The records of the other environment to which these references lead there: the copy that this run has made; else the
   * record with the same value under a unique key; else, for schemas that come later in the run, the copy that it will make.
   */
  async successors(part: CopyPart, links: readonly Link[]): Promise<Successors> {
    const found = new Map<string, string>();
    for (const schemaId of new Set(links.map((link) => link.schemaId))) {
      const ids = new Set(links.filter((link) => link.schemaId === schemaId).map(({ id }) => id.toLowerCase()));
      for (const [id, successor] of await this.ofSchema(part, schemaId, [...ids])) {
        found.set(`${schemaId} ${id}`, successor);
      }
    }
    return found;
  }

  private async ofSchema(part: CopyPart, schemaId: string, ids: string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const copied = new Map(ids.map((id) => [id, copiedId(part.shift, id)]));
    if (part.params.whole) return copied;
    const stockId = await this.stocks.find(part.owner, schemaId, part.cursor.to);
    const there = new Set(stockId ? await this.copies.listExisting(part.owner, stockId, [...copied.values()]) : []);
    for (const [id, copy] of copied) if (there.has(copy)) found.set(id, copy);
    const left = (): string[] => ids.filter((id) => !found.has(id));
    if (stockId && left().length > 0) await this.addNamesakes(part, schemaId, stockId, left(), found);
    const later = part.cursor.ends?.[schemaId];
    if (!later || left().length === 0) return found;
    const selected = await this.listSelected(part, schemaId, left());
    for (const id of await this.listComplete(part, schemaId, selected)) found.set(id, copied.get(id) as string);
    return found;
  }

  /** Adds the records that have the same value under a unique key. */
  private async addNamesakes(
    part: CopyPart,
    schemaId: string,
    stockId: string,
    ids: string[],
    found: Map<string, string>,
  ): Promise<void> {
    const source = await this.stocks.find(part.owner, schemaId, part.params.from);
    const held = await this.schemas.holdVersion(part.owner, schemaId);
    if (!source || !held || held.schema.keys.length === 0) return;
    const records = await this.copies.listValues(part.owner, source, ids);
    const keyed: { id: string; keys: (string | null)[] }[] = [];
    for (const { id, data_values, schema_version } of records) {
      const then = await this.schemas.load(part.owner, schemaId, schema_version);
      keyed.push({ id, keys: held.schema.keysOf(underNamesOf(held.schema, then, data_values)) });
    }
    const holders = await this.keys.holders(part.owner, stockId, held.schema, keyed);
    for (const [id, [holder]] of holders) if (holder !== undefined) found.set(id, holder);
  }

  /**
   * Those of the selected records that will not be skipped: what they cannot do without leads somewhere. Required references
   * form no circles, so that this comes to an end.
   */
  private async listComplete(part: CopyPart, schemaId: string, ids: string[]): Promise<string[]> {
    const source = ids.length > 0 ? await this.stocks.find(part.owner, schemaId, part.params.from) : null;
    if (!source) return [];
    const records = await this.copies.listValues(part.owner, source, ids);
    const rows: { id: string; then: CompiledSchema; values: Record<string, unknown>; links: Link[] }[] = [];
    for (const { id, data_values: values, schema_version } of records) {
      const then = await this.schemas.load(part.owner, schemaId, schema_version);
      const required = new Set(then.references.filter(({ fewest }) => fewest > 0).map(({ field }) => field));
      rows.push({ id, then, values, links: then.links(values).filter(({ field }) => required.has(field)) });
    }
    const successors = await this.successors(
      part,
      rows.flatMap(({ links }) => links),
    );
    const complete = rows.filter(({ then, values, links }) => !setReferences(then, values, links, successors).broken);
    return complete.map(({ id }) => id);
  }

  private async listSelected(part: CopyPart, schemaId: string, ids: string[]): Promise<string[]> {
    const end = part.cursor.ends?.[schemaId];
    const stockId = await this.stocks.find(part.owner, schemaId, part.params.from);
    const held = await this.schemas.holdVersion(part.owner, schemaId);
    const copied = part.params.schemas.find((each) => each.id === schemaId);
    if (!end || !stockId || !held || !copied) return [];
    const selection = selectionOf(copied, held.schema, part.params, end, 5);
    return this.copies.listSelected(part.owner, { stockId, after: BEFORE_ALL, upto: end.last }, selection, ids);
  }
}

/** Values of a record of the version `then` under the names that the fields have now. */
export function underNamesOf(
  now: CompiledSchema,
  then: CompiledSchema,
  values: Record<string, unknown>,
): Record<string, unknown> {
  return then === now ? values : renamed(values, then.definition, now.definition);
}
