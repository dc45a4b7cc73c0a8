import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../libs/cache/bounded-map.js';
import { compileMask, type RowMask } from '../../libs/masking/row-mask.js';
import { RunFilesService } from '../jobs/run-files.service.js';
import type { SliceResult } from '../jobs/slices.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import type { CopyPart } from './copy-part.js';
import { CopyParts } from './copy-parts.service.js';
import { MaskingKeysRepository } from './masking-keys.repository.js';
import { RowCopies } from './row-copies.service.js';
import { SqlCopies } from './sql-copies.service.js';
import type { Skipped } from './taken-values.service.js';

/** The file that lists what was not copied. */
export const SKIPPED_FILE = 'skipped.jsonl';
/** Masks that a worker keeps at hand: they remember what common values became. */
const KEPT_MASKS = 16;

/** Makes the slices of runs that copy records. */
@Injectable()
export class CopySlices {
  private readonly kept = new BoundedMap<string, RowMask>(KEPT_MASKS);

  constructor(
    private readonly parts: CopyParts,
    private readonly sql: SqlCopies,
    private readonly rows: RowCopies,
    private readonly maskingKeys: MaskingKeysRepository,
    private readonly files: RunFilesService,
  ) {}

  /** Copies the slice's records, or counts for a dry run which of them would meet their unique values there, within the current transaction. */
  async make(taken: TakenSlice, signal: AbortSignal): Promise<SliceResult> {
    const part = await this.parts.of(taken, signal);
    if (!part) return { rows: 0 };
    if (part.params.dry_run) {
      return { rows: 0, counts: { conflicts: await this.rows.countConflicts(part, await this.maskOf(part)) } };
    }
    const copied = await this.sql.copy(part);
    if (copied !== null) return { rows: copied, counts: { copied } };
    const outcome = await this.rows.copy(part, await this.maskOf(part));
    const { skipped, replaced } = outcome;
    if (skipped.length > 0) await this.tell(part, skipped);
    const rows = outcome.copied + replaced;
    return { rows, rejected: skipped.length, counts: { copied: outcome.copied, replaced, skipped: skipped.length } };
  }

  private async maskOf({ owner, copied, taken, schema, version }: CopyPart): Promise<RowMask | null> {
    if (!copied.mask) return null;
    const id = `${taken.run_id} ${copied.id} ${version}`;
    const kept = this.kept.get(id) ?? compileMask(schema.whole, copied.mask, await this.maskingKeys.get(owner));
    this.kept.set(id, kept);
    return kept;
  }

  private async tell({ taken, cursor, name, signal }: CopyPart, skipped: Skipped[]): Promise<void> {
    const lines = skipped.map((each) =>
      JSON.stringify({
        schema: name,
        environment_id: cursor.to,
        record_id: each.id,
        code: each.code,
        detail: each.detail,
      }),
    );
    const file = { name: SKIPPED_FILE, mediaType: 'application/x-ndjson', rows: skipped.length };
    async function* content(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${lines.join('\n')}\n`);
    }
    await this.files.addPart(taken, file, content(), signal);
  }
}
