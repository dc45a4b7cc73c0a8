import { Injectable } from '@nestjs/common';
import { DomainError } from '../../libs/errors/errors.js';
import { reporting } from '../jobs/reporting.js';
import { RunFailure } from '../jobs/run-failure.js';
import { RunFilesService } from '../jobs/run-files.service.js';
import type { PlannedSlice, SliceResult } from '../jobs/slices.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { ComparedLines } from './compared-lines.js';
import { type ComparisonPlan, ComparisonPlans } from './comparison-plans.js';
import type { Sides } from './comparison-query.js';
import type { ComparisonParams, SchemaFigures } from './comparisons.jobs.js';
import { ComparisonsRepository } from './comparisons.repository.js';

const FILE = 'differences.jsonl';

type Report = (rows: number) => Promise<void>;

/** What is known of one schema when its comparison is over. */
interface SchemaResult extends SchemaFigures {
  schema_id: string;
  name: string;
  key: string[];
  ignored_references: string[];
}

/** Where a slice begins. */
interface Progress {
  /** Place of the next schema in the order. */
  schema: number;
  /** How many records each has. */
  counts: number[];
  results: SchemaResult[];
}

/** Makes the slices of comparisons: the first counts, and each of the others compares a schema. */
@Injectable()
export class ComparisonSlices {
  constructor(
    private readonly plans: ComparisonPlans,
    private readonly records: ComparisonsRepository,
    private readonly files: RunFilesService,
  ) {}

  async make(slice: TakenSlice, signal: AbortSignal, report: Report): Promise<SliceResult> {
    try {
      if (slice.cursor === null) return await this.count(slice, signal, report);
      return await this.compare(slice, slice.cursor as unknown as Progress, signal, report);
    } catch (error) {
      // The schema has changed or gone since the order was accepted: it would be refused in every attempt.
      throw error instanceof DomainError ? new RunFailure(error.message) : error;
    }
  }

  private async count(slice: TakenSlice, signal: AbortSignal, report: Report): Promise<SliceResult> {
    const { schemas } = slice.params as unknown as ComparisonParams;
    const nothing = (): number => 0;
    const counts = await reporting(report, nothing, signal, async (either) => {
      const found: number[] = [];
      for (const i of schemas.keys()) {
        const { plan, sides } = await this.ordered(slice, i);
        found.push(await this.records.count(plan, sides, either));
      }
      return found;
    });
    const total = counts.reduce((sum, count) => sum + count, 0);
    return { rows: 0, run: { total }, more: [nextSlice({ schema: 0, counts, results: [] })] };
  }

  private async compare(slice: TakenSlice, at: Progress, signal: AbortSignal, report: Report): Promise<SliceResult> {
    const { plan, sides } = await this.ordered(slice, at.schema);
    const lines = new ComparedLines();
    const seen = (): number => Math.min(lines.records, slice.rows);
    await reporting(report, seen, signal, async (either) => {
      const content = lines.pass(this.records.compare(plan, sides, either));
      const part = { name: FILE, mediaType: 'application/jsonl', rows: () => lines.told };
      await this.files.addPart(slice, part, content, either);
    });
    const counts = at.counts.with(at.schema, lines.records);
    const results = [...at.results, resultOf(plan, lines.figures)];
    const run = { total: counts.reduce((sum, count) => sum + count, 0), result: { file: FILE, schemas: results } };
    const isLast = at.schema + 1 === counts.length;
    const more = isLast ? [] : [nextSlice({ schema: at.schema + 1, counts, results })];
    return { rows: lines.records, counts: { ...lines.figures }, run, more };
  }

  private async ordered(slice: TakenSlice, place: number): Promise<{ plan: ComparisonPlan; sides: Sides }> {
    const {
      schemas,
      from_environment_id: here,
      to_environment_id: there,
    } = slice.params as unknown as ComparisonParams;
    const order = schemas[place];
    if (!order) throw new RunFailure(`The run has no schema ${place}.`);
    const owner = { projectId: slice.project_id };
    const plan = await this.plans.of(owner, order, `/schemas/${place}`);
    const sides = await this.records.findSides(owner, order.schema_id, here, there);
    if (!sides) throw new RunFailure('One of the environments was deleted meanwhile.');
    return { plan, sides };
  }
}

function nextSlice(progress: Progress): PlannedSlice {
  return { rows: progress.counts[progress.schema] ?? 0, cursor: { ...progress } };
}

function resultOf({ schemaId, name, key, ignoredReferences }: ComparisonPlan, figures: SchemaFigures): SchemaResult {
  return {
    schema_id: schemaId,
    name,
    key: key.map((field) => field.name),
    ...figures,
    ignored_references: ignoredReferences,
  };
}
