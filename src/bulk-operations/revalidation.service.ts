import { Injectable } from '@nestjs/common';
import type { Problem } from '../../libs/generator/index.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import {
  BulkRecordsRepository,
  type Changed,
  type HeldRecord,
  type NextRecords,
  type Verdict,
} from './bulk-records.repository.js';
import { currentValues, type HeldSchema } from './current-values.js';
import { DanglingReferences } from './dangling-references.service.js';
import { lineOf } from './told-records.js';

type Owner = { projectId: string };

/** A record with what is wrong with it. */
interface Checked {
  record: HeldRecord;
  values: Record<string, unknown>;
  problems: Problem[];
}

/** Characters of a record's `status_reason`. */
const LONGEST_REASON = 500;

/** Checks records that are there already with their schema as it is now. */
@Injectable()
export class Revalidation {
  constructor(
    private readonly schemas: CompiledSchemas,
    private readonly records: BulkRecordsRepository,
    private readonly references: DanglingReferences,
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
    await this.references.add(owner, stock, held.schema, checked);
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

function figuresOf(checked: Checked[]): Record<string, number> {
  const count = (holds: (each: Checked) => boolean): number => checked.filter(holds).length;
  return {
    valid: count(({ problems }) => problems.length === 0),
    invalid: count(({ problems }) => problems.length > 0),
    invalidated: count(({ record, problems }) => problems.length > 0 && record.status !== 'invalid'),
    reactivated: count(({ record, problems }) => problems.length === 0 && record.status === 'invalid'),
  };
}
