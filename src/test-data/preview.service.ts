import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type AppliedRule, type CompiledSchema, SpaceExhaustedError } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { DefinitionsService } from '../schemas/definitions.service.js';
import { type PreviewDefinition, type PreviewResponse, type PreviewSchema, toCapacityResponse } from './preview.dto.js';
import { makingRows } from './no-valid-row.js';
import { RecordValues } from './record-values.js';
import { ReferenceCandidates } from './reference-candidates.js';

/** Rows from which the average size is taken. */
const MEASURED = 100;
/** Records that a reference may name where there are none yet. */
const MADE_UP = 20;

/** Shows what a schema would give, and stores nothing. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly values: RecordValues,
    private readonly definitions: DefinitionsService,
    private readonly candidates: ReferenceCandidates,
  ) {}

  async saved(scope: ProjectScope, schemaId: string, wanted: PreviewSchema): Promise<PreviewResponse> {
    return this.preview(scope, await this.values.currentSchema(scope, schemaId), wanted, []);
  }

  /** Throws 422 `schema.invalid_definition`. */
  async unsaved(scope: ProjectScope, wanted: PreviewDefinition): Promise<PreviewResponse> {
    const { compiled, applied } = await this.definitions.read(scope, randomUUID(), wanted.schema_definition);
    return this.preview(scope, compiled, wanted, applied);
  }

  private async preview(
    scope: ProjectScope,
    schema: CompiledSchema,
    { count, seed, environment_id }: PreviewSchema,
    applied_rules: AppliedRule[],
  ): Promise<PreviewResponse> {
    const found = environment_id ? await this.candidates.find(scope, schema, environment_id, MEASURED) : {};
    const references = Object.fromEntries(
      schema.references.map(({ field }) => [field, found[field]?.length ? found[field] : madeUp()]),
    );
    const idOf = (): string => randomUUID();
    const rows = makingRows(() => schema.rows({ seed: seed ?? randomUUID(), now: Date.now(), references, idOf }));
    const texts = take(Math.max(count, MEASURED), (i) => makingRows(() => rows.json(i)));
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return {
      data: texts.slice(0, count).map((text) => JSON.parse(text) as Record<string, unknown>),
      capacity: toCapacityResponse(schema, references),
      bytes_per_row: Math.round(bytes / texts.length),
      applied_rules,
    };
  }
}

function madeUp(): string[] {
  return Array.from({ length: MADE_UP }, () => randomUUID());
}

/** Up to `count` of them: a small space of unique values may give fewer. */
function take(count: number, row: (i: number) => string): string[] {
  const texts: string[] = [];
  try {
    while (texts.length < count) texts.push(row(texts.length));
  } catch (error) {
    if (!(error instanceof SpaceExhaustedError)) throw error;
  }
  return texts;
}
