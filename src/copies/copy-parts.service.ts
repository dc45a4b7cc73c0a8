import { Injectable } from '@nestjs/common';
import { RunFailure } from '../jobs/run-failure.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { StockIds } from '../test-data/stock-ids.service.js';
import { idShift } from './copied-id.js';
import type { CopyCursor, CopyParams } from './copy.jobs.js';
import type { CopyPart } from './copy-part.js';

/** Finds what a slice copies, and where to. */
@Injectable()
export class CopyParts {
  constructor(
    private readonly schemas: CompiledSchemas,
    private readonly stocks: StockIds,
  ) {}

  /** Null where there is nothing to copy any more, or for a dry run nothing that it could meet. Throws RunFailure where the schema is gone. */
  async of(taken: TakenSlice, signal: AbortSignal): Promise<CopyPart | null> {
    const params = taken.params as unknown as CopyParams;
    const cursor = taken.cursor as unknown as CopyCursor;
    const owner = { projectId: taken.project_id };
    const copied = params.schemas.find(({ id }) => id === cursor.schema);
    const held = await this.schemas.holdVersion(owner, cursor.schema);
    if (!copied || !held) throw new RunFailure('The schema was deleted meanwhile.');
    const from = await this.stocks.find(owner, cursor.schema, params.from);
    if (!from) return null;
    const source = { stockId: from, after: cursor.after, upto: cursor.upto };
    const stockId = await this.stocks[params.dry_run ? 'find' : 'ensure'](owner, cursor.schema, cursor.to);
    if (!stockId) return null;
    const shift = idShift(taken.run_id, cursor.to);
    return { owner, taken, signal, params, cursor, copied, ...held, source, stockId, shift };
  }
}
