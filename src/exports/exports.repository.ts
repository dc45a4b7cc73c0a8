import { Injectable } from '@nestjs/common';
import { copyOut } from '../../libs/database/copy-out.js';
import { Database } from '../../libs/database/database.js';
import { countQuery, type Exported, exportQuery } from './export-query.js';

/** Reads the records of a stock as they are to stand in a file: the one place beside `src/test-data` that does. */
@Injectable()
export class ExportsRepository {
  constructor(private readonly db: Database) {}

  /** How many there are to export. Needs a transaction. */
  async count(exported: Exported, signal: AbortSignal): Promise<number> {
    // By COPY, which can be broken off.
    let text = '';
    for await (const bytes of copyOut(this.db, countQuery(exported), 'FORMAT text', signal)) text += bytes.toString();
    return Number(text);
  }

  /** The rows as bytes, all as they are at one moment. Needs a transaction. */
  read(exported: Exported, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { query, options } = exportQuery(exported);
    return copyOut(this.db, query, options, signal);
  }
}
