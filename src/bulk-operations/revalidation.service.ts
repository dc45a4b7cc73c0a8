import { Injectable } from '@nestjs/common';
import type { Problem } from '../../libs/generator/index.js';
import { RunFilesService } from '../jobs/run-files.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import type { BulkStock } from './bulk-operations.jobs.js';
import {
  BulkRecordsRepository,
  type Changed,
  type HeldRecord,
  type NextRecords,
  type Verdict,
} from './bulk-records.repository.js';
import { currentValues, type HeldSchema } from './current-values.js';

type Owner = { projectId: string };

/** A record with what is wrong with it. */
interface Checked {
  record: HeldRecord;
  values: Record<string, unknown>;
  problems: Problem[];
}

/** The file in which a run tells which records are invalid, and why. */
const FILE = { name: 'invalid.jsonl', mediaType: 'application/jsonl' };
/** Problems of one record that the file names. */
const NAMED = 10;
/** Characters of a record's `status_reason`. */
const LONGEST_REASON = 500;

/** Checks records that are there already with their schema as it is now. */
@Injectable()
export class Revalidation {
  constructor(
    private readonly schemas: CompiledSchemas,
    private readonly records: BulkRecordsRepository,
    private readonly files: RunFilesService,
  ) {}

  /** Checks the next records, changes what they are by it unless it is a `dryRun`, and adds a line for each that is invalid. */
  async check(
    owner: Owner,
    next: NextRecords,
    held: HeldSchema,
    dryRun: boolean,
    lines: string[],
  ): Promise<Changed & { figures: Record<string, number> }> {
    const { stock } = next;
    const checked: Checked[] = [];
    for (const record of await this.records.list(owner, next, !dryRun)) {
      const values = await currentValues(this.schemas, owner, stock.schema_id, held, record);
      checked.push({ record, values, problems: held.schema.check(values) });
    }
    await this.addDangling(owner, stock, held, checked);
    if (!dryRun)
      await this.records.judge(
        owner,
        stock,
        held.version,
        checked.flatMap((each) => verdictOf(each, held)),
      );
    for (const { record, problems } of checked) {
      if (problems.length > 0) lines.push(lineOf(record.id, stock, problems));
    }
    return { rows: checked.length, last: checked.at(-1)?.record.id ?? null, figures: figuresOf(checked) };
  }

  /** Adds the lines of a slice to the run's file. */
  async keepLines(taken: TakenSlice, lines: string[], signal: AbortSignal): Promise<void> {
    if (lines.length === 0) return;
    const content = async function* (): AsyncGenerator<Uint8Array> {
      for (const line of lines) yield Buffer.from(line);
    };
    await this.files.addPart(taken, { ...FILE, rows: lines.length }, content(), signal);
  }

  /** Adds a problem for each reference to a record that is not there. */
  private async addDangling(
    owner: Owner,
    { environment_id }: BulkStock,
    { schema }: HeldSchema,
    checked: Checked[],
  ): Promise<void> {
    if (schema.references.length === 0) return;
    const links = checked.flatMap((each) =>
      each.problems.length > 0 ? [] : schema.links(each.values).map((link) => ({ ...link, each })),
    );
    for (const schemaId of new Set(links.map((link) => link.schemaId))) {
      const own = links.filter((link) => link.schemaId === schemaId);
      const ids = [...new Set(own.map(({ id }) => id.toLowerCase()))];
      const existing = new Set(await this.records.listExisting(owner, schemaId, environment_id, ids));
      for (const { each, field, id, pointer } of own.filter((link) => !existing.has(link.id.toLowerCase()))) {
        const message = `${field} refers to the record ${id} of schema ${schemaId}, which is not in this environment`;
        each.problems.push({ pointer, code: 'reference', message });
      }
    }
  }
}

/** What is to be changed of the record; nothing where all is as it should be. */
function verdictOf({ record, values, problems }: Checked, { version }: HeldSchema): Verdict[] {
  const { id, status, schema_version } = record;
  if (problems.length > 0) return [{ id, is_valid: false, reason: reasonOf(problems), json: null }];
  if (status !== 'invalid' && schema_version === version) return [];
  return [{ id, is_valid: true, reason: null, json: schema_version === version ? null : JSON.stringify(values) }];
}

function reasonOf(problems: Problem[]): string {
  const all = problems.map(({ message }) => message).join('; ');
  // Half of a character, which cutting may leave, could not be stored.
  return all.length <= LONGEST_REASON ? all : `${all.slice(0, LONGEST_REASON - 1).toWellFormed()}…`;
}

function lineOf(id: string, { schema_id, environment_id }: BulkStock, problems: Problem[]): string {
  return `${JSON.stringify({ id, schema_id, environment_id, problems: problems.slice(0, NAMED) })}\n`;
}

function figuresOf(checked: Checked[]): Record<string, number> {
  const count = (holds: (each: Checked) => boolean): number => checked.filter(holds).length;
  return {
    valid: count(({ problems }) => problems.length === 0),
    invalid: count(({ problems }) => problems.length > 0),
    invalidated: count(({ record, problems }) => problems.length > 0 && record.status !== 'invalid'),
    reactivated: count(({ record, problems }) => problems.length === 0 && record.status === 'invalid'),
  };
}
