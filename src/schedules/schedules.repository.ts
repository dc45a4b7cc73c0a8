import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { Schedule } from './schedule.entity.js';

const RAN = {
  name: 'schedules.ran',
  text: `
    UPDATE schedules SET last_run_id = $3, last_run_at = clock_timestamp(), last_error = NULL
    WHERE id = $1 AND project_id = $2`,
};

@Injectable()
export class SchedulesRepository {
  constructor(private readonly db: Database) {}

  async create(scope: ProjectScope, values: Partial<Schedule>): Promise<Schedule> {
    const own = { projectId: scope.projectId, createdBy: scope.userId, runsAs: scope.userId };
    const { id } = await this.schedules.save(this.schedules.create({ ...values, ...own }));
    return this.getOrThrow(scope, id);
  }

  async list(scope: ProjectScope, page: PageRequest): Promise<Page<Schedule>> {
    const query = this.schedules.createQueryBuilder('s').where('s.projectId = :projectId', scope);
    const after = afterId(page);
    if (after) query.andWhere('s.id > :after', { after });
    return toPage(
      await query
        .orderBy('s.id')
        .limit(page.limit + 1)
        .getMany(),
      page,
    );
  }

  async getOrThrow(scope: ProjectScope, id: string): Promise<Schedule> {
    return found(id, await this.schedules.findOneBy({ id, projectId: scope.projectId }));
  }

  /** The same, held against firings and other changes until the transaction ends. */
  async getForUpdate(scope: ProjectScope, id: string): Promise<Schedule> {
    const where = { id, projectId: scope.projectId };
    return found(id, await this.schedules.findOne({ where, lock: { mode: 'for_no_key_update' } }));
  }

  async update(scope: ProjectScope, id: string, changes: Partial<Schedule>): Promise<Schedule> {
    await this.schedules.update({ id, projectId: scope.projectId }, { ...changes, updatedAt: new Date() } as object);
    return this.getOrThrow(scope, id);
  }

  /** Notes a run that was started between the moments. */
  async ran({ projectId }: ProjectScope, id: string, runId: string): Promise<void> {
    await this.db.query(RAN, [id, projectId, runId]);
  }

  async remove(scope: ProjectScope, id: string): Promise<void> {
    await this.schedules.delete({ id, projectId: scope.projectId });
  }

  private get schedules() {
    return this.db.repository(Schedule);
  }
}

function found(id: string, schedule: Schedule | null): Schedule {
  if (schedule) return schedule;
  throw new NotFound('schedule.not_found', `There is no schedule ${id} that you may see.`);
}
