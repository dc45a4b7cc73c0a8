import { Injectable } from '@nestjs/common';
import { copyRows } from '../../libs/database/copy.js';
import { Database } from '../../libs/database/database.js';
import type { CompiledSchema } from '../../libs/generator/index.js';
import type { RowMask } from '../../libs/masking/row-mask.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { COPIED_COLUMNS, type CopiedRow, copiedRowWriter } from './copied-rows.js';
import { CopiedReferences, underNamesOf } from './copied-references.js';
import { copiedId } from './copied-id.js';
import { CopiesRepository } from './copies.repository.js';
import { type CopyPart, selectionOf } from './copy-part.js';
import { maskedValues } from './masked-values.js';
import { setReferences } from './set-references.js';
import type { SourceRow } from './source-row.js';
import { type Outcome, type Skipped, TakenValues } from './taken-values.service.js';

/** A record on its way: its copy, and its values under the unique keys before and after. */
export interface RowOnItsWay extends CopiedRow {
  keys: (string | null)[];
  /** Those that it has where it comes from. */
  oldKeys: (string | null)[];
}

interface Batch {
  ready: RowOnItsWay[];
  skipped: Skipped[];
}

/** Bytes of values that are read at a time, about, and the records. */
const READ_BYTES = 8 * 1024 * 1024;
const FEWEST_READ = 20;
const MOST_READ = 5_000;

/** Copies records one by one: where values are masked, references have to be found, or unique values are in use. */
@Injectable()
export class RowCopies {
  constructor(
    private readonly db: Database,
    private readonly schemas: CompiledSchemas,
    private readonly copies: CopiesRepository,
    private readonly references: CopiedReferences,
    private readonly taken: TakenValues,
  ) {}

  /** Copies the records of the part, within the current transaction. */
  async copy(part: CopyPart, mask: RowMask | null): Promise<Outcome> {
    const total: Outcome = { copied: 0, replaced: 0, skipped: [] };
    await this.eachBatch(part, mask, true, async ({ ready, skipped }) => {
      const outcome = await this.store(part, ready);
      total.copied += outcome.copied;
      total.replaced += outcome.replaced;
      for (const each of [...skipped, ...outcome.skipped]) total.skipped.push(each);
    });
    return total;
  }

  /** How many copies of the part's records would have a unique value that is in use where they would come to. */
  async countConflicts(part: CopyPart, mask: RowMask | null): Promise<number> {
    let conflicts = 0;
    await this.eachBatch(part, mask, false, async ({ ready }) => {
      conflicts += (await this.taken.listHolders(part, ready)).size;
    });
    return conflicts;
  }

  /** Reads and prepares the records of the part; `follows` says whether their references have to lead somewhere. */
  private async eachBatch(
    part: CopyPart,
    mask: RowMask | null,
    follows: boolean,
    use: (batch: Batch) => Promise<void>,
  ): Promise<void> {
    const selection = selectionOf(part.copied, part.schema, part.params, part.cursor, 5);
    const { move, dry_run, records } = part.params;
    const options = { reset: records === 'reset', lock: move && !dry_run };
    let { after } = part.source;
    for (let limit = FEWEST_READ; ;) {
      const rows = await this.copies.read(part.owner, { ...part.source, after }, selection, { ...options, limit });
      part.signal.throwIfAborted();
      after = rows.at(-1)?.id ?? after;
      const batch = await this.prepare(part, rows, mask, follows);
      await use(batch);
      if (rows.length < limit) return;
      limit = fitting(batch.ready, limit);
    }
  }

  private async prepare(part: CopyPart, rows: SourceRow[], mask: RowMask | null, follows: boolean): Promise<Batch> {
    const versions = await this.versionsOf(part, rows);
    const schemaOf = (row: SourceRow): CompiledSchema => versions.get(row.schema_version) ?? part.schema;
    const refers = follows && [...versions.values()].some(({ references }) => references.length > 0);
    const links = refers ? rows.map((row) => schemaOf(row).links(row.data_values)) : [];
    const successors = await this.references.successors(part, links.flat());
    const ready: RowOnItsWay[] = [];
    const skipped: Skipped[] = [];
    for (const [i, source] of rows.entries()) {
      const then = schemaOf(source);
      const { values, lost, broken } = setReferences(then, source.data_values, links[i] ?? [], successors);
      if (broken) {
        const detail = `${lost[0]?.pointer} refers to a record that was not copied`;
        skipped.push({ id: source.id, code: 'reference', detail });
        continue;
      }
      const named = underNamesOf(part.schema, then, values);
      const stored = mask ? maskedValues(part, mask, source.id, named) : values;
      ready.push({
        id: copiedId(part.shift, source.id),
        source,
        json: JSON.stringify(stored),
        version: mask ? part.version : source.schema_version,
        keys: part.schema.keysOf(mask ? stored : named),
        oldKeys: part.params.move ? part.schema.keysOf(underNamesOf(part.schema, then, source.data_values)) : [],
      });
    }
    return { ready, skipped };
  }

  private async versionsOf(part: CopyPart, rows: SourceRow[]): Promise<Map<number, CompiledSchema>> {
    const versions = new Map([[part.version, part.schema]]);
    for (const version of new Set(rows.map((row) => row.schema_version))) {
      if (version === part.version) continue;
      versions.set(version, await this.schemas.load(part.owner, part.cursor.schema, version));
    }
    return versions;
  }

  private async store(part: CopyPart, ready: RowOnItsWay[]): Promise<Outcome> {
    if (ready.length === 0) return { copied: 0, replaced: 0, skipped: [] };
    const { free, replaced, skipped } = await this.taken.settle(part, ready);
    const common = { stockId: part.stockId, projectId: part.owner.projectId, runId: part.taken.run_id };
    if (free.length > 0) {
      await copyRows(this.db.client, COPIED_COLUMNS, free.length, copiedRowWriter(common, free), part.signal);
    }
    if (part.params.move) await this.taken.removeMoved(part, [...free, ...replaced]);
    return { copied: free.length, replaced: replaced.length, skipped };
  }
}

/** How many records to read next, so that wide ones do not fill the memory. */
function fitting(rows: readonly RowOnItsWay[], limit: number): number {
  const bytes = rows.reduce((sum, { json }) => sum + json.length, 0);
  const fits = Math.floor(READ_BYTES / Math.max(1, bytes / Math.max(1, rows.length)));
  return Math.max(FEWEST_READ, Math.min(MOST_READ, limit * 10, fits));
}
