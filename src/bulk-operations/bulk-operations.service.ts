import { Injectable } from '@nestjs/common';
import { Invalid } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RunsService } from '../jobs/runs.service.js';
import type { DataSchema } from '../schemas/data-schema.entity.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { SchemasService } from '../schemas/schemas.service.js';
import { filterSql } from '../test-data/record-filter.js';
import type { RecordFilter } from '../test-data/record-filter.dto.js';
import { type CountedStock, StockCountsService } from '../test-data/stock-counts.service.js';
import type { RecordStatus } from '../test-data/test-record.entity.js';
import type { StartBulkOperation, StartInvalidation, StartValueUpdate } from './bulk-operation.dto.js';
import { type BulkOperation, bulkOperationSlices, type BulkParams } from './bulk-operations.jobs.js';
import { STATES } from './bulk-records.repository.js';
import { requireSettable } from './settable-values.js';

type BulkOrder = StartBulkOperation | StartInvalidation | StartValueUpdate;

/** Starts runs over the records that a filter names. */
@Injectable()
export class BulkOperationsService {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly schemas: SchemasService,
    private readonly counts: StockCountsService,
    private readonly runs: RunsService,
    private readonly compiled: CompiledSchemas,
  ) {}

  /**
   * Records the run and queues it; its total is the most that it can come to, and is put right when it ends. Throws 404, 409
   * for what is archived, 403 in a protected environment, 422 for a filter that does not fit a schema.
   */
  async start(scope: ProjectScope, operation: BulkOperation, given: BulkOrder): Promise<JobRun> {
    const { environment_ids: environmentIds, filter = {}, dry_run = false, priority } = given;
    for (const id of environmentIds) await this.environments.getForBulk(scope, id);
    const schemas = await this.schemasOf(scope, given.schema_ids);
    for (const schema of schemas) requireFit(filter, schema);
    const values = 'values' in given ? given.values : null;
    if (values)
      requireSettable(
        values,
        schemas.map((schema) => this.compiled.of(schema)),
      );
    const stocks = await this.counts.list(
      scope,
      schemas.map(({ id }) => id),
      environmentIds,
    );
    const total = stocks.reduce((sum, stock) => sum + most(stock, operation, filter.status), 0);
    const params: BulkParams = {
      stocks: stocks.map(({ stock_id, schema_id, environment_id }) => ({ stock_id, schema_id, environment_id })),
      filter,
      dry_run,
      reason: 'reason' in given ? given.reason : null,
      values,
    };
    return this.runs.start(
      scope,
      bulkOperationSlices.find(({ name }) => name === operation)!,
      {
        total,
        sliceRows: Math.max(total, 1),
        window: 1,
        priority,
        params: { ...params },
        schemaId: schemas.length === 1 ? (schemas[0]?.id ?? null) : null,
        environmentId: environmentIds.length === 1 ? (environmentIds[0] ?? null) : null,
      },
    );
  }

  /** The same, once for each key: a repeated request gets the run that the first one started. */
  async startOnce(
    scope: ProjectScope,
    operation: BulkOperation,
    given: BulkOrder,
    key: string | undefined,
  ): Promise<JobRun> {
    return this.runs.once(scope, key, { run: operation, ...given }, () => this.start(scope, operation, given));
  }

  private async schemasOf(scope: ProjectScope, ids: string[] | undefined): Promise<DataSchema[]> {
    if (ids === undefined) return this.schemas.listActive(scope);
    const schemas: DataSchema[] = [];
    for (const id of ids) schemas.push(await this.schemas.getWritable(scope, id));
    return schemas;
  }
}

function requireFit(filter: RecordFilter, { name, schemaDefinition }: DataSchema): void {
  try {
    filterSql(filter, schemaDefinition, 1);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    throw new Invalid(error.code, `The filter does not fit the schema ${name}; see errors.`, error.errors);
  }
}

/** The most records of a stock that can be meant. */
function most(stock: CountedStock, operation: BulkOperation, wanted?: RecordStatus[]): number {
  const states = STATES[operation].filter((state) => wanted?.includes(state) ?? true);
  return states.reduce((sum, state) => sum + stock[state], 0);
}
