import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  CheckedText,
  CreatedAt,
  IdColumn,
  OptionalText,
  OptionalTime,
  UpdatedAt,
} from '../../libs/database/columns.js';
import { User } from '../users/user.entity.js';

export type RunState = 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';

/** States in which a run is over. */
export const ENDED: readonly RunState[] = ['succeeded', 'failed', 'cancelled'];

/** Which of the runs that wait are taken first. */
export type RunPriority = 'high' | 'normal' | 'low';

/** int8 comes from PostgreSQL as text; row counts stay far below 2^53. */
const asNumber = {
  to: (value: number) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

/**
 * One execution of background work. These rows and their slices are the truth; the queue only distributes.
 * The run that deletes a project outlives it, hence no foreign key to it.
 */
@Entity('job_runs')
@Index(['projectId', 'id'])
@Index('job_runs_open_idx', ['id'], { where: "state IN ('queued', 'running')" })
@Index('job_runs_finished_at_idx', ['finishedAt'], { where: 'finished_at IS NOT NULL' })
@CheckedText('job_runs', 'state')
@CheckedText('job_runs', 'priority')
export class JobRun {
  @IdColumn() id: string;
  @Column('uuid') projectId: string;
  @Column('text') type: string;
  @Column('text', { default: 'queued' }) state: RunState;
  @Column('uuid', { nullable: true }) schemaId: string | null;
  @Column('uuid', { nullable: true }) environmentId: string | null;
  @Column('text', { default: 'normal' }) priority: RunPriority;
  /** How many of its slices are in the queue at a time. */
  @Column('smallint', { default: 4 }) sliceWindow: number;
  /** Inputs that the type of run defines, recorded so that every slice can be made again. */
  @Column('jsonb', { default: {} }) params: Record<string, unknown>;
  /** More of them, too large for everyone who looks at the run: only a worker that makes its slices reads them. */
  @Column('jsonb', { nullable: true, select: false }) inputs: Record<string, unknown> | null;
  /** Rows asked for. */
  @Column('bigint', { transformer: asNumber }) total: number;
  /** Rows committed. */
  @Column('bigint', { default: 0, transformer: asNumber }) done: number;
  /** Rows that were refused, each with its reason in the run's files. */
  @Column('bigint', { default: 0, transformer: asNumber }) rejected: number;
  /** What came of it, beside rows: what the type of run defines. */
  @Column('jsonb', { nullable: true }) result: Record<string, unknown> | null;
  /** Number of the latest event. */
  @Column('integer', { default: 0 }) events: number;
  /** Rows per second lately; null until it has been measured over two seconds. */
  @Column('double precision', { nullable: true }) rate: number | null;
  /** Since when, and from how many rows on, the next rate is measured. */
  @OptionalTime() markAt: Date | null;
  @Column('bigint', { default: 0, transformer: asNumber }) markDone: number;
  @OptionalText() error: string | null;
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
  @OptionalTime() startedAt: Date | null;
  @OptionalTime() finishedAt: Date | null;
}

/** A part of a run that one worker makes in one transaction. */
@Entity('job_slices')
@Index('job_slices_open_idx', ['runId', 'no'], { where: "state <> 'done'" })
@Index(['projectId'])
@CheckedText('job_slices', 'state')
export class JobSlice {
  @PrimaryColumn('uuid') @ForeignKey(() => JobRun, { onDelete: 'CASCADE' }) runId: string;
  @PrimaryColumn('integer') no: number;
  @Column('uuid') projectId: string;
  @Column('bigint', { transformer: asNumber }) firstRow: number;
  @Column('integer') rows: number;
  /** `waiting` for its turn, `queued` in the queue, `running` in a worker, `done`. */
  @Column('text', { default: 'waiting' }) state: 'waiting' | 'queued' | 'running' | 'done';
  /** How often a worker has taken it; only the latest may commit. */
  @Column('integer', { default: 0 }) attempt: number;
  /** Attempts from before the run was taken up again, which count no more. */
  @Column('integer', { default: 0 }) spent: number;
  /** When the latest attempt began. */
  @OptionalTime() takenAt: Date | null;
  /** Where it begins, for work whose slices follow from each other. */
  @Column('jsonb', { nullable: true }) cursor: Record<string, unknown> | null;
  /** Rows of it that are in the run's progress before it is done. */
  @Column('integer', { default: 0 }) reported: number;
  @Column('integer', { default: 0 }) rejected: number;
  /** What it came to, by name: the run's figures are the sums. */
  @Column('jsonb', { nullable: true }) counts: Record<string, number> | null;
  /** PostgreSQL's process for the latest attempt, so that the next one can end it. */
  @Column('integer', { nullable: true }) backendPid: number | null;
  @OptionalText() error: string | null;
  @UpdatedAt() updatedAt: Date;
}

/** A change of a run, written by a trigger: what watchers have missed can be told again. */
@Entity('job_run_events')
@Index(['projectId'])
export class JobRunEvent {
  @PrimaryColumn('uuid') @ForeignKey(() => JobRun, { onDelete: 'CASCADE' }) runId: string;
  /** From 0, in the order of the commits. */
  @PrimaryColumn('integer') no: number;
  @Column('uuid') projectId: string;
  @Column('text') state: RunState;
  @Column('bigint', { transformer: asNumber }) done: number;
  @Column('bigint', { transformer: asNumber }) rejected: number;
  @Column('bigint', { transformer: asNumber }) total: number;
  @Column('double precision', { nullable: true }) rate: number | null;
  @Column('timestamptz') at: Date;
}

/** A part of a file that a run leaves behind; the parts in order are the file. */
@Entity('job_run_files')
@Index(['projectId'])
export class JobRunFile {
  @PrimaryColumn('uuid') @ForeignKey(() => JobRun, { onDelete: 'CASCADE' }) runId: string;
  @PrimaryColumn('text') name: string;
  @PrimaryColumn('integer') part: number;
  @Column('uuid') projectId: string;
  @Column('text') mediaType: string;
  @Column('text') storageKey: string;
  @Column('bigint', { transformer: asNumber }) bytes: number;
  @Column('bigint', { transformer: asNumber }) rows: number;
}

/** A file that comes in for a run which is recorded when it is there: if that never happens, its folder is nobody's. */
@Entity('job_run_uploads')
@Index(['projectId'])
@Index(['createdAt'])
export class JobRunUpload {
  @PrimaryColumn('uuid') runId: string;
  @Column('uuid') projectId: string;
  @CreatedAt() createdAt: Date;
}
