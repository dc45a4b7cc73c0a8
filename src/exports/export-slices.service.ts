import { Injectable } from '@nestjs/common';
import { DomainError } from '../../libs/errors/errors.js';
import { wholeDefinition } from '../../libs/generator/index.js';
import { reporting } from '../jobs/reporting.js';
import { RunFailure } from '../jobs/run-failure.js';
import { RunFilesService } from '../jobs/run-files.service.js';
import type { SliceResult } from '../jobs/slices.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { SchemasService } from '../schemas/schemas.service.js';
import { StockIds } from '../test-data/stock-ids.service.js';
import { type Exported, exportQuery } from './export-query.js';
import type { ExportParams } from './exports.jobs.js';
import { ExportsRepository } from './exports.repository.js';
import { RowCounter } from './row-counter.js';

const MEDIA_TYPES = { csv: 'text/csv', jsonl: 'application/jsonl' };
/** In the place of a stock that has never had a record. */
const NO_STOCK = '00000000-0000-0000-0000-000000000000';

type Report = (rows: number) => Promise<void>;

/** Makes the slices of exports: the first counts, so that progress means something, and the second writes the file. */
@Injectable()
export class ExportSlices {
  constructor(
    private readonly schemas: SchemasService,
    private readonly stocks: StockIds,
    private readonly records: ExportsRepository,
    private readonly files: RunFilesService,
  ) {}

  async make(slice: TakenSlice, signal: AbortSignal, report: Report): Promise<SliceResult> {
    const exported = await this.exported(slice);
    try {
      if (slice.cursor === null) return await this.count(exported, signal, report);
      return await this.write(slice, exported, signal, report);
    } catch (error) {
      // The definition has changed since the filter was accepted: it would be refused in every attempt.
      throw error instanceof DomainError ? new RunFailure(refusal(error)) : error;
    }
  }

  private async count(exported: Exported, signal: AbortSignal, report: Report): Promise<SliceResult> {
    const count = await reporting(
      report,
      () => 0,
      signal,
      (either) => this.records.count(exported, either),
    );
    return { rows: 0, run: { total: count }, more: [{ rows: count, cursor: { counted: count } }] };
  }

  private async write(
    slice: TakenSlice,
    exported: Exported,
    signal: AbortSignal,
    report: Report,
  ): Promise<SliceResult> {
    const { format, file } = exported.params;
    const counter = new RowCounter(format === 'csv');
    const part = { name: file, part: 0, mediaType: MEDIA_TYPES[format], rows: () => counter.rows };
    const told = (): number => Math.min(counter.rows, slice.rows);
    await reporting(report, told, signal, async (either) => {
      const content = counted(exportQuery(exported).header, this.records.read(exported, either), counter);
      await this.files.addPart(slice, part, content, either);
    });
    return { rows: counter.rows, run: { total: counter.rows, result: { file } } };
  }

  private async exported({ project_id: projectId, ...slice }: TakenSlice): Promise<Exported> {
    const { schema_id: schemaId, environment_id: environmentId } = slice;
    const schema = schemaId && (await this.schemas.find({ projectId }, schemaId));
    if (!schema || !environmentId) throw new RunFailure('The schema was deleted meanwhile.');
    return {
      projectId,
      stockId: (await this.stocks.find({ projectId }, schemaId, environmentId)) ?? NO_STOCK,
      definition: wholeDefinition(schema.schemaDefinition, (id) => schema.embedded[id]),
      names: await this.schemas.listFieldNames({ projectId }, schemaId),
      params: slice.params as unknown as ExportParams,
    };
  }
}

async function* counted(header: string, rows: AsyncIterable<Buffer>, counter: RowCounter): AsyncGenerator<Buffer> {
  if (header) yield Buffer.from(header);
  for await (const chunk of rows) {
    counter.add(chunk);
    yield chunk;
  }
}

function refusal({ message, errors }: DomainError): string {
  return [message, ...errors.map(({ pointer, detail }) => `${pointer}: ${detail}`)].join(' ');
}
