import { Injectable } from '@nestjs/common';
import type { FieldError } from '../../libs/errors/errors.js';
import type { SchemaDefinition } from '../../libs/generator/index.js';
import { invalidRequest } from '../../libs/http/validation.js';
import { slugify } from '../../libs/text/slugify.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RunsService } from '../jobs/runs.service.js';
import { SchemasService } from '../schemas/schemas.service.js';
import { filterSql } from '../test-data/record-filter.js';
import type { StartExport } from './export.dto.js';
import { META_NAMES } from './export-query.js';
import { type ExportParams, exportSlice } from './exports.jobs.js';
import { csvName } from '../../libs/row-files/formulas.js';

/** Starts exports. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly schemas: SchemasService,
    private readonly runs: RunsService,
  ) {}

  /** Starts one run for each key. Throws 409 `environment.archived`, 422 where the filter or a field is none of the schema's. */
  async startOnce(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    order: StartExport,
    key: string | undefined,
  ): Promise<JobRun> {
    const question = { run: 'export', schemaId, environmentId, ...order };
    return this.runs.once(scope, key, question, () => this.start(scope, schemaId, environmentId, order));
  }

  private async start(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    order: StartExport,
  ): Promise<JobRun> {
    const environment = await this.environments.getForReading(scope, environmentId);
    const { name, schemaDefinition: definition } = await this.schemas.get(scope, schemaId);
    const errors = [...wrongFields(order, definition), ...wrongFormat(order)];
    if (errors.length > 0) throw invalidRequest(errors);
    filterSql(order.filter ?? {}, definition, 1);
    const params = paramsOf(order, fileBase(name, environment.slug));
    const { priority } = order;
    // The first slice counts.
    return this.runs.start(scope, exportSlice, {
      ...{ schemaId, environmentId, priority, params: { ...params } },
      ...{ total: 0, window: 1 },
    });
  }
}

/** Letters, digits and dashes only, whatever the names are: it becomes part of a path and of a header. */
function fileBase(...names: string[]): string {
  return names.map((name) => slugify(name).slice(0, 80)).join('-');
}

function paramsOf(order: StartExport, base: string): ExportParams {
  const { format, filter = {}, fields = null, delimiter = ',', neutralise_formulas = true, with_meta = false } = order;
  const file = format === 'csv' ? csvName(base, neutralise_formulas) : `${base}.jsonl`;
  return { format, filter, fields, delimiter, neutralise_formulas, with_meta, file };
}

function wrongFields({ fields = [], with_meta }: StartExport, definition: SchemaDefinition): FieldError[] {
  const names = definition.fields.map(({ name }) => name);
  const unknown = fields.flatMap((name, i): FieldError[] =>
    names.includes(name)
      ? []
      : [{ pointer: `/fields/${i}`, code: 'unknown_field', detail: `the schema has no field ${name}` }],
  );
  const taken = with_meta ? names.filter((name) => META_NAMES.includes(name)) : [];
  const detail = `the schema has a field ${taken[0]} of its own; leave with_meta out`;
  return [...unknown, ...(taken.length > 0 ? [{ pointer: '/with_meta', code: 'name_taken', detail }] : [])];
}

function wrongFormat(order: StartExport): FieldError[] {
  if (order.format === 'csv') return [];
  return (['delimiter', 'neutralise_formulas'] as const)
    .filter((name) => order[name] !== undefined)
    .map((name) => ({ pointer: `/${name}`, code: 'csv_only', detail: `${name} goes with the format csv only` }));
}
