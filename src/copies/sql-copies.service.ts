import { Injectable } from '@nestjs/common';
import type { CompiledSchema } from '../../libs/generator/index.js';
import { StockKeysService } from '../test-data/stock-keys.service.js';
import { copiedIdSql, shiftNumber } from './copied-id.js';
import { CopiesRepository } from './copies.repository.js';
import { type CopyPart, selectionOf } from './copy-part.js';
import { keyTextSql } from './key-text.sql.js';

/** Copies records within PostgreSQL: nothing of them leaves it. */
@Injectable()
export class SqlCopies {
  constructor(
    private readonly keys: StockKeysService,
    private readonly copies: CopiesRepository,
  ) {}

  /**
   * Copies the part, within the current transaction; answers how many records that were. Null, with nothing copied, where
   * rows have to be looked at one by one: masks, references that are to be found or stand within lists, moves, unique
   * numbers and moments, records of older versions, and unique values that are in use.
   */
  async copy(part: CopyPart): Promise<number | null> {
    const { owner, schema, source, stockId, params } = part;
    if (params.move || part.copied.mask) return null;
    const values = valuesSql(schema, params.whole);
    const texts = schema.keys.map((key) => keyTextSql(schema, key, 'copied.data_values'));
    if (values === null || texts.includes(null)) return null;
    // Older versions may have other names for the fields.
    const isPlain = schema.keys.length + schema.references.length === 0;
    if (!isPlain && part.version > 1 && !(await this.copies.isOfVersion(owner, source, part.version))) return null;
    const numbers = await this.keys.numbers(owner, stockId, schema);
    return this.copies.copy(owner, source, selectionOf(part.copied, schema, params, part.cursor, 9), {
      stockId,
      runId: part.taken.run_id,
      shift: shiftNumber(part.shift),
      reset: params.records === 'reset',
      values,
      keys: numbers.map((number, i) => ({ number, text: texts[i] as string })),
    });
  }
}

/** SQL for the values of a copy, whose references lead to copies; null where they cannot be told from the id alone. */
function valuesSql({ references }: CompiledSchema, whole: boolean): string | null {
  if (references.length === 0) return 'record.data_values';
  if (!whole || references.some(({ field }) => /[/[]/.test(field))) return null;
  const set = references.map(({ field }) => {
    const copy = copiedIdSql(`(record.data_values ->> '${field}')::uuid`, '$SHIFT');
    return `CASE jsonb_typeof(record.data_values -> '${field}') WHEN 'string' THEN jsonb_build_object('${field}', ${copy}) ELSE '{}' END`;
  });
  return `(${['record.data_values', ...set].join(' || ')})`;
}
