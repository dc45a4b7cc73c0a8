import type { CsvDialect } from '../../libs/row-files/csv-dialect.js';
import { csvName } from '../../libs/row-files/formulas.js';
import type { JobRunFile } from '../jobs/job-run.entity.js';
import type { RunFilesService } from '../jobs/run-files.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';

/** What a list of refused rows has in front of each of them. No field can have such a name, so import knows them again. */
export const LINE = '#line';
export const REASONS = '#reasons';
/** What a line of JSON has that could not be read as an object. */
export const TEXT = '#text';

/** A refused row. */
export interface RejectedRow {
  line: number;
  reasons: readonly string[];
  /** The row as it was sent. */
  original: string;
}

/** Bytes of refused rows that are held before they are stored. */
const HELD = 1024 * 1024;
/** Reasons that are told of a row, and characters of them. */
const MOST_REASONS = 10;
const LONGEST = 2_000;
/** Room for the parts of one slice between those of the others. */
const PARTS = 1_000;

/** How a refused row is written. */
export interface RejectedFormat {
  name: string;
  mediaType: string;
  header: string;
  write(row: RejectedRow): string;
}

/** As the file was written: quoted as there, and with the marks of neutralised texts, of which its name tells. */
export function csvFormat(header: string, { delimiter, quote }: CsvDialect, isNeutralised: boolean): RejectedFormat {
  const cell = (text: string): string =>
    quote === null ? text.replaceAll(delimiter, ' ') : quote + text.replaceAll(quote, quote + quote) + quote;
  return {
    name: csvName('rejected', isNeutralised),
    mediaType: 'text/csv; charset=utf-8',
    header: `${LINE}${delimiter}${REASONS}${delimiter}${header}\n`,
    write: ({ line, reasons, original }) => `${line}${delimiter}${cell(toldReasons(reasons))}${delimiter}${original}\n`,
  };
}

export const JSON_FORMAT: RejectedFormat = {
  name: 'rejected.jsonl',
  mediaType: 'application/jsonl',
  header: '',
  write: ({ line, reasons, original }) => {
    const added = `"${LINE}":${line},"${REASONS}":${JSON.stringify(toldReasons(reasons))}`;
    const own = original.trim().replace(ADDED, '{');
    if (!isObject(own)) return `{${added},"${TEXT}":${JSON.stringify(own)}}\n`;
    const members = own.slice(1).trimStart();
    return `{${added}${members === '}' ? '' : ','}${members}\n`;
  },
};

const ADDED = new RegExp(`^\\{"${LINE}":\\d+,"${REASONS}":"(?:[^"\\\\]|\\\\.)*",?`);

function isObject(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function toldReasons(reasons: readonly string[]): string {
  const told = reasons.slice(0, MOST_REASONS).join('; ').replace(/\s+/g, ' ');
  const more = reasons.length > MOST_REASONS ? `; ${reasons.length - MOST_REASONS} more` : '';
  return (told.length > LONGEST ? `${told.slice(0, LONGEST)}…` : `${told}${more}`).toWellFormed();
}

/** Collects the refused rows of a slice into parts of the run's file, which {@link keep} makes known. */
export class RejectedRows {
  count = 0;
  private held: string[] = [];
  private bytes = 0;
  private rows = 0;
  private readonly parts: JobRunFile[] = [];

  constructor(
    private readonly files: RunFilesService,
    private readonly slice: TakenSlice,
    private readonly format: RejectedFormat,
  ) {}

  async add(row: RejectedRow): Promise<void> {
    const text = this.format.write(row);
    this.held.push(text);
    this.bytes += text.length;
    this.count += 1;
    this.rows += 1;
    if (this.bytes >= HELD) await this.store();
  }

  /** Makes the file known, with its header; in the current transaction. `whole`: in the place of what an attempt before has left. */
  async keep(whole = false): Promise<void> {
    const { files, slice, format } = this;
    await this.store();
    if (whole) await files.forget(slice.run_id, format.name);
    if (this.parts.length === 0) return;
    if (format.header) await files.addOnce(await files.store(slice, this.part(-1, 0), once(format.header)));
    for (const part of this.parts) await files.addStored(part);
  }

  private async store(): Promise<void> {
    if (this.rows === 0) return;
    const part = this.part(this.slice.no * PARTS + this.parts.length, this.rows);
    this.parts.push(await this.files.store(this.slice, part, once(this.held.join(''))));
    [this.held, this.bytes, this.rows] = [[], 0, 0];
  }

  private part(part: number, rows: number): { name: string; part: number; mediaType: string; rows: number } {
    const { name, mediaType } = this.format;
    return { name, part, mediaType, rows };
  }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  if (text.length > 0) yield Buffer.from(text);
}
