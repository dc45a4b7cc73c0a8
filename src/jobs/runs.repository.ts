import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import { JobRun, JobRunEvent, JobSlice, type RunState } from './job-run.entity.js';

export type NewRun = Pick<JobRun, 'type' | 'total' | 'params' | 'schemaId' | 'environmentId'> &
  Partial<Pick<JobRun, 'id' | 'priority' | 'sliceWindow'>> & { inputs?: Record<string, unknown> };

/** A file of a run, all its parts together. */
export interface RunFile {
  name: string;
  media_type: string;
  bytes: number;
  rows: number;
}

/** Which runs are wanted; what is left out does not matter. */
export interface RunFilter {
  project_id?: string;
  schema_id?: string;
  environment_id?: string;
  created_by?: string;
  state?: RunState;
  type?: string;
  since?: string;
}

const CUT = {
  name: 'runs.cut_into_slices',
  text: `
    INSERT INTO job_slices (run_id, no, project_id, first_row, rows, state)
    SELECT $1, no, $2, no * $4::bigint, least($4::bigint, $3::bigint - no * $4::bigint),
      CASE WHEN no < $5 THEN 'queued' ELSE 'waiting' END
    FROM generate_series(0, greatest(ceil($3::numeric / $4)::integer - 1, 0)) AS no`,
};
const COUNTS = {
  name: 'runs.counts',
  text: `
    SELECT figure.key, sum(figure.value::numeric)::float8 AS value
    FROM job_slices AS slice, jsonb_each_text(slice.counts) AS figure
    WHERE slice.run_id = $1 AND slice.project_id = $2 GROUP BY figure.key ORDER BY figure.key`,
};
const FILES = {
  name: 'runs.files',
  text: `
    SELECT name, min(media_type) AS media_type, sum(bytes)::float8 AS bytes, sum(rows)::float8 AS rows
    FROM job_run_files WHERE run_id = $1 AND project_id = $2 GROUP BY name ORDER BY name`,
};
const MOST_SLICES = 2 ** 31 - 1;
const LISTED: [keyof RunFilter, string][] = [
  ['project_id', 'r.projectId = :project_id'],
  ['schema_id', 'r.schemaId = :schema_id'],
  ['environment_id', 'r.environmentId = :environment_id'],
  ['created_by', 'r.createdBy = :created_by'],
  ['state', 'r.state = :state'],
  ['type', 'r.type = :type'],
  ['since', 'r.createdAt >= :since'],
];

@Injectable()
export class RunsRepository {
  constructor(private readonly db: Database) {}

  /** Makes a run and slices for so many rows, as many of them marked as queued as its window has room for. */
  async create(
    scope: ProjectScope,
    run: NewRun,
    { rows, sliceRows }: { rows: number; sliceRows: number },
  ): Promise<JobRun> {
    const values = { ...run, projectId: scope.projectId, createdBy: scope.userId };
    const created = await this.runs.save(this.runs.create(values));
    await this.db.query(CUT, [created.id, scope.projectId, rows, sliceRows, created.sliceWindow]);
    return this.getOrThrow(scope, created.id);
  }

  async getOrThrow(scope: ProjectScope, id: string): Promise<JobRun> {
    const run = await this.runs.findOneBy({ id, projectId: scope.projectId });
    if (!run) throw new NotFound('run.not_found', `There is no run ${id} that you may see.`);
    return run;
  }

  /** Runs of the projects that the caller may read, newest first. */
  async list(caller: Caller, filter: RunFilter, page: PageRequest): Promise<Page<JobRun>> {
    const query = this.runs
      .createQueryBuilder('r')
      .innerJoin('projects', 'p', "p.id = r.projectId AND p.status <> 'deleting'")
      .where('project_permission(:userId, p) > 0', { userId: caller.userId });
    const before = afterId(page);
    if (before) query.andWhere('r.id < :before', { before });
    for (const [name, condition] of LISTED) {
      if (filter[name] !== undefined) query.andWhere(condition, { [name]: filter[name] });
    }
    const found = query.orderBy('r.id', 'DESC').limit(page.limit + 1);
    return toPage(await found.getMany(), page);
  }

  async listSlices({ projectId }: ProjectScope, runId: string, page: PageRequest): Promise<Page<JobSlice>> {
    const after = afterId(page);
    // Above every number that a slice can have, whatever list the cursor is from.
    const no = after ? Math.min(numberOf(after), MOST_SLICES) : -1;
    const where = { runId, projectId, no: MoreThan(no) };
    const slices = await this.db.repository(JobSlice).find({ where, order: { no: 'ASC' }, take: page.limit + 1 });
    return toPage(
      slices.map((slice) => Object.assign(slice, { id: idOf(slice.no) })),
      page,
    );
  }

  /** The sums of what the slices came to, by name. */
  async sumCounts(scope: ProjectScope, runId: string): Promise<Record<string, number>> {
    const { rows } = await this.db.query<{ key: string; value: number }>(COUNTS, [runId, scope.projectId]);
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  /** The files that a run has left behind, by name. */
  async listFiles(scope: ProjectScope, runId: string): Promise<RunFile[]> {
    return (await this.db.query<RunFile & object>(FILES, [runId, scope.projectId])).rows;
  }

  /** What has happened to a run since the event of this number, in order. */
  async listEvents({ projectId }: ProjectScope, runId: string, after: number): Promise<JobRunEvent[]> {
    const where = { runId, projectId, no: MoreThan(after) };
    return this.db.repository(JobRunEvent).find({ where, order: { no: 'ASC' }, take: 1000 });
  }

  /** The runs that are not over and work on the given schema or in the given environment, or anywhere in the project. */
  async listOpen(scope: ProjectScope, about: { schemaId?: string; environmentId?: string }): Promise<JobRun[]> {
    return this.runs.findBy({ projectId: scope.projectId, ...about, finishedAt: IsNull() });
  }

  private get runs() {
    return this.db.repository(JobRun);
  }
}

// Pages go by ids: a slice's is its number in the digits of a UUID.
function idOf(no: number): string {
  return `00000000-0000-0000-0000-${no.toString(16).padStart(12, '0')}`;
}

function numberOf(id: string): number {
  return Number.parseInt(id.slice(-12), 16);
}
