import { Injectable } from '@nestjs/common';
import { uuid7 } from '../../libs/database/uuid7.js';
import { Invalid } from '../../libs/errors/errors.js';
import type { CompiledSchema } from '../../libs/generator/index.js';
import { invalidRequest } from '../../libs/http/validation.js';
import { UnreadableFile } from '../../libs/row-files/unreadable-file.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { type OrderedRun, RunsService } from '../jobs/runs.service.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { SchemasService } from '../schemas/schemas.service.js';
import { findTarget } from './column-targets.js';
import type { ImportQuery } from './import.dto.js';
import { type IncomingFile, IncomingFiles, MARKED, type StoredFile, uploadOf } from './incoming-file.service.js';
import { importSlice, type ImportParams } from './imports.jobs.js';

/** Bytes of a slice that it does not go far beyond: it is done again as a whole where its worker is killed. */
const SLICE_BYTES = 64 * 1024 * 1024;
/** Slices that are read at a time: those of schemas with unique keys one after the other, since earlier rows come first. */
const WINDOW = 4;

/** Starts imports. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly schemas: SchemasService,
    private readonly compiled: CompiledSchemas,
    private readonly incoming: IncomingFiles,
    private readonly runs: RunsService,
  ) {}

  /**
   * Stores the file and starts a run that imports it, once for each key. Throws 422 where the file cannot be read, or has columns that
   * fit no field; then nothing is left of it.
   */
  async start(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    query: ImportQuery,
    file: IncomingFile,
    key: string | undefined,
  ): Promise<JobRun> {
    const mapping = readMapping(query);
    await this.environments.getForBulk(scope, environmentId);
    const schema = await this.schemas.getWritable(scope, schemaId);
    const compiled = this.compiled.of(schema);
    requireMapping(mapping, compiled);
    const id = uuid7();
    try {
      const stored = await this.incoming.store(scope, id, file, query, mapping, compiled);
      const params = paramsOf(id, schema.version, query, mapping, stored);
      const order = {
        id,
        schemaId,
        environmentId,
        priority: query.priority,
        ...this.slicesOf(stored, params, compiled),
      };
      const question = { run: 'import', schemaId, environmentId, file: stored.hash, ...query };
      const run = await this.runs.once(scope, key, question, () => this.runs.start(scope, importSlice, order));
      if (run.id !== id) await this.incoming.forget(id);
      return run;
    } catch (error) {
      await this.incoming.forget(id);
      throw error instanceof UnreadableFile ? unreadable(error) : error;
    }
  }

  /** What decides over other rows is read in one piece: a dry run of unique values, and what is to be seen as a whole. */
  private slicesOf(
    { rows, bytes, marks }: StoredFile,
    params: ImportParams,
    schema: CompiledSchema,
  ): Pick<OrderedRun, 'total' | 'sliceRows' | 'window' | 'params' | 'inputs'> {
    const hasKeys = schema.keys.length > 0;
    const isWhole = (params.all_or_nothing && !params.dry_run) || (params.dry_run && hasKeys);
    const most = Math.floor((rows / bytes) * SLICE_BYTES);
    const sliceRows = isWhole ? rows : Math.min(this.runs.sliceRows(rows), Math.max(most, MARKED));
    const each = isWhole ? marks.length : Math.max(1, Math.floor(sliceRows / MARKED));
    const slices = marks.filter((_, i) => i % each === 0);
    return {
      total: rows,
      sliceRows: isWhole ? rows : each * MARKED,
      window: hasKeys ? 1 : WINDOW,
      params: { ...params },
      inputs: { slices },
    };
  }
}

function paramsOf(
  id: string,
  version: number,
  { ignore_unknown, on_conflict, mode, dry_run }: ImportQuery,
  mapping: Record<string, string>,
  { bytes, encoding, plan }: StoredFile,
): ImportParams {
  return {
    schema_version: version,
    upload: uploadOf(id),
    ...{ bytes, encoding, plan, mapping, ignore_unknown, on_conflict, dry_run },
    all_or_nothing: mode === 'all_or_nothing',
  };
}

function readMapping({ mapping, header, columns }: ImportQuery): Record<string, string> {
  if (!header && columns === undefined) {
    throw refusedParameter('columns', 'required', 'columns must name the columns of a file without a header');
  }
  if (mapping === undefined) return {};
  const detail = 'mapping must be a JSON object of texts, column to field';
  try {
    const read: unknown = JSON.parse(mapping);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
      if (Object.values(read).every((value) => typeof value === 'string')) return read as Record<string, string>;
    }
  } catch {
    // Told below, as what else is wrong with it.
  }
  throw refusedParameter('mapping', 'mapping', detail);
}

function requireMapping(mapping: Record<string, string>, { fields }: CompiledSchema): void {
  const wrong = Object.values(mapping).find((name) => name !== '' && findTarget(fields, name) === null);
  if (wrong === undefined) return;
  throw refusedParameter(
    'mapping',
    'unknown_field',
    `mapping leads to ${JSON.stringify(wrong)}, and the schema has no such field`,
  );
}

function refusedParameter(name: string, code: string, detail: string): Invalid {
  return invalidRequest([{ pointer: `/${name}`, code, detail }], 'query');
}

function unreadable({ code, message }: UnreadableFile): Invalid {
  return new Invalid(code, message, [{ pointer: '/file', code: code.replace(/^import\./, ''), detail: message }]);
}
