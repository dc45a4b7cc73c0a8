import { Injectable } from '@nestjs/common';
import { translating } from '../../libs/database/constraint.js';
import { Database } from '../../libs/database/database.js';
import type { Page, PageRequest } from '../../libs/database/page.js';
import { Conflict, NotFound } from '../../libs/errors/errors.js';
import { invalidRequest } from '../../libs/http/validation.js';
import { cronComplaint, type CronTime, isTimeZone, nextMoment } from '../../libs/jobs/cron.js';
import { type ProjectScope, requireWritable } from '../access/project-scope.js';
import type { CreateSchedule, UpdateSchedule } from './schedule.dto.js';
import type { Schedule } from './schedule.entity.js';
import { ScheduledRuns } from './scheduled-runs.service.js';
import { ScheduleQueue } from './schedule-queue.js';
import { SchedulesRepository } from './schedules.repository.js';

const ERRORS = {
  schedules_project_id_name_key: () =>
    new Conflict('schedule.name_taken', 'Another schedule of the project has this name.'),
  schedules_project_id_fkey: () => new NotFound('project.not_found', 'The project was deleted meanwhile.'),
  schedules_environment_id_fkey: () => new NotFound('environment.not_found', 'The environment was deleted meanwhile.'),
};

@Injectable()
export class SchedulesService {
  constructor(
    private readonly db: Database,
    private readonly schedules: SchedulesRepository,
    private readonly runs: ScheduledRuns,
    private readonly queue: ScheduleQueue,
  ) {}

  /** Throws 409 `schedule.name_taken`, 422 for times and runs that cannot be, and what the run itself is refused for. */
  async create(scope: ProjectScope, given: CreateSchedule): Promise<Schedule> {
    requireWritable(scope);
    const { name, run, is_paused: isPaused = false } = given;
    const time = timeOf(given.cron, given.time_zone);
    await this.runs.check(scope, run);
    return this.saving(() =>
      this.schedules.create(scope, {
        ...{ name, run, isPaused, ...time, environmentId: run.environment_id },
        nextRunAt: isPaused ? null : nextMoment(time, new Date()),
      }),
    );
  }

  async list(scope: ProjectScope, page: PageRequest): Promise<Page<Schedule>> {
    return this.schedules.list(scope, page);
  }

  async get(scope: ProjectScope, id: string): Promise<Schedule> {
    return this.schedules.getOrThrow(scope, id);
  }

  /** The same; whoever changes it has to be somebody who could start its run. */
  async update(scope: ProjectScope, id: string, given: UpdateSchedule): Promise<Schedule> {
    requireWritable(scope);
    return this.saving(async () => {
      const current = await this.schedules.getForUpdate(scope, id);
      const run = given.run ?? current.run;
      // Even a pause, which would let somebody else decide what a protected environment gets.
      await this.runs.check(scope, run);
      const time = timeOf(given.cron ?? current.cron, given.time_zone ?? current.timeZone);
      const isPaused = given.is_paused ?? current.isPaused;
      const isSameTime = time.cron === current.cron && time.timeZone === current.timeZone;
      const nextRunAt = isSameTime && current.nextRunAt ? current.nextRunAt : nextMoment(time, new Date());
      return this.schedules.update(scope, id, {
        ...{ name: given.name ?? current.name, run, ...time, isPaused, environmentId: run.environment_id },
        nextRunAt: isPaused ? null : nextRunAt,
        ...(given.is_paused === undefined ? {} : { pausedReason: null }),
        ...(given.run ? { runsAs: scope.userId } : {}),
      });
    });
  }

  async remove(scope: ProjectScope, id: string): Promise<void> {
    await this.schedules.getOrThrow(scope, id);
    await this.schedules.remove(scope, id);
    await this.queue.forget(id);
  }

  private async saving(save: () => Promise<Schedule>): Promise<Schedule> {
    const schedule = await translating(() => this.db.transaction(save), ERRORS);
    await this.queue.follow(schedule);
    return schedule;
  }
}

/** Throws 422 where there is no such time. */
function timeOf(cron: string, timeZone: string): CronTime {
  const complaint = cronComplaint(cron);
  const errors = [
    ...(complaint ? [{ pointer: '/cron', code: 'cron', detail: `cron ${complaint}` }] : []),
    ...(isTimeZone(timeZone)
      ? []
      : [{ pointer: '/time_zone', code: 'time_zone', detail: 'time_zone must be the IANA name of a time zone' }]),
  ];
  if (errors.length > 0) throw invalidRequest(errors);
  return { cron: cron.trim().split(/\s+/).join(' '), timeZone };
}
