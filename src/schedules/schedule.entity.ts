import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { CreatedAt, IdColumn, OptionalText, OptionalTime, UpdatedAt } from '../../libs/database/columns.js';
import { Environment } from '../environments/environment.entity.js';
import { Project } from '../projects/project.entity.js';
import { User } from '../users/user.entity.js';
import type { ScheduledRun } from './scheduled-run.dto.js';

/** A run that starts by itself, again and again. These rows say when; what the queue knows of it may get lost. */
@Entity('schedules')
@Unique(['projectId', 'name'])
@Index(['environmentId'])
@Index('schedules_next_run_at_idx', ['nextRunAt'], { where: 'next_run_at IS NOT NULL' })
export class Schedule {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('uuid') @ForeignKey(() => Environment, { onDelete: 'CASCADE' }) environmentId: string;
  @Column('text') name: string;
  @Column('text') cron: string;
  @Column('text') timeZone: string;
  @Column('jsonb') run: ScheduledRun;
  @Column('boolean', { default: false }) isPaused: boolean;
  /** Set where nobody paused it but a rule. */
  @OptionalText() pausedReason: string | null;
  /** The moment that is to come: whoever moves it on under the row's lock has done the firing. Null while paused. */
  @OptionalTime() nextRunAt: Date | null;
  @OptionalTime() lastRunAt: Date | null;
  @Column('uuid', { nullable: true }) lastRunId: string | null;
  @OptionalTime() lastSkippedAt: Date | null;
  @OptionalText() lastError: string | null;
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  /** In whose name its runs are started. */
  @Column('uuid') @ForeignKey(() => User) runsAs: string;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}
