import { Injectable } from '@nestjs/common';
import { handle, type JobHandler } from '../../libs/jobs/define-job.js';
import { fireSchedule } from './schedules.jobs.js';
import { ScheduleFirings } from './schedule-firings.service.js';

@Injectable()
export class ScheduleHandlers {
  constructor(private readonly firings: ScheduleFirings) {}

  list(): JobHandler[] {
    return [handle(fireSchedule, (payload) => this.firings.fire(payload.schedule_id))];
  }
}
