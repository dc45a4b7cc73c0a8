import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import type { CompiledSchema } from '../../libs/generator/index.js';
import { elementLines } from '../../libs/row-files/json-array.js';
import { knownBinary } from '../../libs/row-files/file-kind.js';
import { peek } from '../../libs/row-files/peek.js';
import { type Mark, RecordMarks } from '../../libs/row-files/record-marks.js';
import { RecordScanner } from '../../libs/row-files/record-scanner.js';
import { findEncoding, type TextEncoding, toUtf8 } from '../../libs/row-files/text-encoding.js';
import { UnreadableFile } from '../../libs/row-files/unreadable-file.js';
import { Storage } from '../../libs/storage/storage.js';
import type { ProjectScope } from '../access/project-scope.js';
import { runFolder, RunFilesService } from '../jobs/run-files.service.js';
import { csvPlan, findFormat, requireRequired, targetsOf } from './file-plan.js';
import type { ImportQuery } from './import.dto.js';
import { countsBlank } from './imported-rows.js';
import type { FilePlan } from './imports.jobs.js';

/** Bytes of the beginning, by which a file is told. */
const SAMPLE = 256 * 1024;
/** Longest row. */
const LONGEST = 1024 * 1024;
/** Rows between two marks: slices have a multiple of them. */
export const MARKED = 1_000;

/** A file on its way in. */
export interface IncomingFile {
  name: string;
  content: AsyncIterable<Uint8Array>;
}

/** A file that is stored, as UTF-8. */
export interface StoredFile {
  encoding: TextEncoding;
  plan: FilePlan;
  bytes: number;
  rows: number;
  /** Where every 1,000th row begins. */
  marks: Mark[];
  /** Of the file as it came. */
  hash: string;
}

/** Where the file of a run is stored. */
export const uploadOf = (runId: string): string => `${runFolder(runId)}upload`;

/** Stores files of rows as they come in; what cannot be one is refused before it is stored, or as soon as it shows. */
@Injectable()
export class IncomingFiles {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly storage: Storage,
    private readonly files: RunFilesService,
  ) {}

  /** Stores the file that a run is to import. Throws UnreadableFile; what was stored until then is left to the caller. */
  async store(
    scope: ProjectScope,
    runId: string,
    file: IncomingFile,
    query: ImportQuery,
    mapping: Record<string, string>,
    schema: CompiledSchema,
  ): Promise<StoredFile> {
    await this.files.expectUpload(scope, runId);
    const hash = createHash('sha256');
    const raw = await peek(hashed(file.content, hash), SAMPLE);
    const encoding = requireText(raw.beginning, query);
    const text = await peek(toUtf8(raw.source, encoding), SAMPLE);
    const plan = planOf(text.beginning, text.isAll, query, file.name);
    if (plan.format === 'csv') {
      const targets = targetsOf(plan, schema.fields, mapping, query.ignore_unknown);
      requireRequired(targets, schema.fields);
    }
    const marks = marksOf(plan);
    const lines = plan.format === 'json' ? elementLines(text.source) : text.source;
    const bytes = await this.storage.write(uploadOf(runId), this.marked(lines, plan, marks));
    marks.end();
    this.requireRows(marks.records);
    return { encoding, plan, bytes, rows: marks.records, marks: marks.marks, hash: hash.digest('hex') };
  }

  /** Removes what was stored for a run that there is not going to be. */
  async forget(runId: string): Promise<void> {
    await this.files.removeAll(runId);
  }

  private async *marked(
    lines: AsyncIterable<Uint8Array>,
    plan: FilePlan,
    marks: RecordMarks,
  ): AsyncGenerator<Uint8Array> {
    // The header is stored with the rows, and passed over.
    let before = plan.format === 'csv' ? plan.dataAt : 0;
    for await (const chunk of lines) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (before < bytes.length) marks.feed(bytes.subarray(before));
      before = Math.max(0, before - bytes.length);
      if (marks.records > this.config.limits.runRows) this.requireRows(marks.records);
      yield bytes;
    }
  }

  private requireRows(rows: number): void {
    const most = this.config.limits.runRows;
    if (rows > most)
      throw new UnreadableFile('import.too_many_rows', `The file has more than ${most} rows, which is the most.`);
    if (rows === 0) throw new UnreadableFile('import.no_rows', 'The file has no rows.');
  }
}

async function* hashed(
  content: AsyncIterable<Uint8Array>,
  hash: { update(bytes: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const bytes of content) {
    hash.update(bytes);
    yield bytes;
  }
}

function requireText(beginning: Buffer, query: ImportQuery): TextEncoding {
  if (beginning.length === 0) throw new UnreadableFile('import.empty', 'The file is empty.');
  const binary = knownBinary(beginning);
  const remedy = 'send CSV, JSON Lines or a JSON array as plain text, not compressed';
  if (binary !== null) throw new UnreadableFile('import.not_text', `The file is ${binary}; ${remedy}.`);
  const encoding = query.encoding ?? findEncoding(beginning);
  if (encoding === null)
    throw new UnreadableFile('import.not_text', `The file has NUL bytes and is no text; ${remedy}.`);
  return encoding;
}

function planOf(beginning: Buffer, isAll: boolean, query: ImportQuery, fileName: string): FilePlan {
  const format = query.format ?? findFormat(beginning);
  return format === 'csv' ? csvPlan(beginning, isAll, query, fileName) : { format };
}

function marksOf(plan: FilePlan): RecordMarks {
  const options = { every: MARKED, longest: LONGEST, countsBlank: countsBlank(plan) };
  if (plan.format !== 'csv') return new RecordMarks(new RecordScanner(null), 0, options);
  const scanner = new RecordScanner(plan.dialect);
  scanner.line = plan.dataLine;
  return new RecordMarks(scanner, plan.dataAt, options);
}
