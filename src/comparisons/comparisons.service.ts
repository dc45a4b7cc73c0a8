import { Injectable } from '@nestjs/common';
import { invalidRequest } from '../../libs/http/validation.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RunsService } from '../jobs/runs.service.js';
import type { DataSchema } from '../schemas/data-schema.entity.js';
import { SchemasService } from '../schemas/schemas.service.js';
import { filterSql } from '../test-data/record-filter.js';
import type { StartComparison } from './comparison.dto.js';
import { ComparisonPlans } from './comparison-plans.js';
import { compareSlice, type ComparisonParams, type SchemaOrder } from './comparisons.jobs.js';

/** Most schemas of one comparison. */
const MOST_SCHEMAS = 100;

/** Starts comparisons. */
@Injectable()
export class ComparisonsService {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly schemas: SchemasService,
    private readonly plans: ComparisonPlans,
    private readonly runs: RunsService,
  ) {}

  /** Starts one run for each key. Throws 409 `environment.archived`, 422 where a schema has no key or the order does not fit it. */
  async startOnce(scope: ProjectScope, order: StartComparison, key: string | undefined): Promise<JobRun> {
    const question = { run: 'compare', projectId: scope.projectId, ...order };
    return this.runs.once(scope, key, question, () => this.start(scope, order));
  }

  private async start(scope: ProjectScope, order: StartComparison): Promise<JobRun> {
    const { from_environment_id, to_environment_id, priority } = order;
    if (from_environment_id === to_environment_id) throw sameEnvironment();
    for (const id of [from_environment_id, to_environment_id]) await this.environments.getForReading(scope, id);
    const schemas = order.schemas ? order.schemas.map(orderOf) : await this.all(scope);
    for (const [i, schema] of schemas.entries()) {
      const { definition } = await this.plans.of(scope, schema, `/schemas/${i}`);
      filterSql(schema.filter, definition, 1, `/schemas/${i}/filter`);
    }
    const params: ComparisonParams = { from_environment_id, to_environment_id, schemas };
    const [only, ...others] = schemas;
    // The first slice counts.
    return this.runs.start(scope, compareSlice, {
      ...{ schemaId: others.length === 0 ? (only?.schema_id ?? null) : null, environmentId: null },
      ...{ priority, params: { ...params }, total: 0, window: 1 },
    });
  }

  private async all(scope: ProjectScope): Promise<SchemaOrder[]> {
    const page = { limit: MOST_SCHEMAS };
    const { data, nextCursor } = await this.schemas.list(scope, page);
    const active = data.filter(({ status }: DataSchema) => status === 'active');
    const refuse = (code: string, detail: string) => invalidRequest([{ pointer: '/schemas', code, detail }]);
    if (nextCursor)
      throw refuse('too_many', `the project has more than ${MOST_SCHEMAS} schemas: name those to compare`);
    if (active.length === 0) throw refuse('none', 'the project has no active schema to compare');
    return active.map(({ id }) => orderOf({ schema_id: id }));
  }
}

function orderOf({
  schema_id,
  key,
  ignore = [],
  filter = {},
}: NonNullable<StartComparison['schemas']>[number]): SchemaOrder {
  return { schema_id, key: key ?? null, ignore, filter };
}

function sameEnvironment(): Error {
  const detail = 'to_environment_id must be another environment than from_environment_id';
  return invalidRequest([{ pointer: '/to_environment_id', code: 'same', detail }]);
}
