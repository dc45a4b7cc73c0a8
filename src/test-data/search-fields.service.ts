import { Injectable } from '@nestjs/common';
import type { SchemaDefinition } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { RunsService } from '../jobs/runs.service.js';
import { readyOnes, type SearchableFields } from './search-conditions.js';
import { type KnownSearchField, SearchFieldsRepository } from './search-fields.repository.js';
import { indexSlice, type IndexParams } from './search-index.jobs.js';
import { searchableFields } from './searchable-fields.js';
import { StockCountsService } from './stock-counts.service.js';
import { StocksRepository } from './stocks.repository.js';

type Owner = Pick<ProjectScope, 'projectId'>;

/** Which fields of a schema are searchable, and whether their values are all where they are looked for. */
@Injectable()
export class SearchFieldsService {
  constructor(
    private readonly fields: SearchFieldsRepository,
    private readonly stocks: StocksRepository,
    private readonly counts: StockCountsService,
    private readonly runs: RunsService,
  ) {}

  /** By the id of the field. */
  async list(owner: Owner, schemaId: string): Promise<Map<string, KnownSearchField>> {
    return new Map((await this.fields.list(owner, schemaId)).map((field) => [field.field_id, field]));
  }

  /** Those whose values are all there, by the id of the field. */
  async listReady(owner: Owner, schemaId: string): Promise<SearchableFields> {
    return readyOnes(await this.list(owner, schemaId));
  }

  /**
   * Brings what is kept to a new definition, by a run where there are records: from now on triggers write the values of new
   * ones, and the run puts in the others. Needs a transaction in which nobody else makes records of the schema.
   */
  async followDefinition(scope: ProjectScope, schemaId: string, definition: SchemaDefinition): Promise<void> {
    const wanted = searchableFields(definition);
    const known = await this.fields.list(scope, schemaId);
    const isWanted = (field: KnownSearchField): boolean => wanted.get(field.field_id) === field.kind;
    const dropped = known.filter((field) => !isWanted(field)).map(({ no }) => no);
    const kept = known.filter(isWanted);
    const added = [...wanted].filter(([id]) => !kept.some((field) => field.field_id === id));
    const stopped = kept.filter(({ is_over }) => is_over).map(({ no }) => no);
    if (dropped.length + added.length + stopped.length === 0) return;
    if (dropped.length > 0) await this.fields.remove(scope, dropped);
    const stocks = await this.stocks.listOfSchema(scope, schemaId);
    const isReady = stocks.length === 0;
    const made = added.length > 0 ? await this.fields.add(scope, schemaId, added, isReady) : [];
    if (!isReady) await this.startRun(scope, schemaId, { stocks, fields: [...stopped, ...made], dropped });
  }

  private async startRun(scope: ProjectScope, schemaId: string, params: IndexParams): Promise<void> {
    const counted = await this.counts.list(scope, [schemaId], null);
    const total = counted.reduce((sum, { active, used, invalid }) => sum + active + used + invalid, 0);
    const rows = params.fields.length > 0 ? total : 0;
    const run = await this.runs.start(scope, indexSlice, {
      total: rows,
      sliceRows: Math.max(rows, 1),
      window: 1,
      params: { ...params },
      schemaId,
      environmentId: null,
    });
    await this.fields.setRun(scope, params.fields, run.id);
  }
}
