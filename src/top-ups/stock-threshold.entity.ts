import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { CreatedAt, IdColumn, OptionalText, OptionalTime, UpdatedAt } from '../../libs/database/columns.js';
import { Environment } from '../environments/environment.entity.js';
import { Project } from '../projects/project.entity.js';
import { DataSchema } from '../schemas/data-schema.entity.js';
import { User } from '../users/user.entity.js';

/** How low a stock may get before it is filled up, and how far. */
@Entity('stock_thresholds')
@Unique(['schemaId', 'environmentId'])
@Index(['projectId'])
@Index(['environmentId'])
export class StockThreshold {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('uuid') @ForeignKey(() => DataSchema, { onDelete: 'CASCADE' }) schemaId: string;
  @Column('uuid') @ForeignKey(() => Environment, { onDelete: 'CASCADE' }) environmentId: string;
  @Column('integer') atLeast: number;
  @Column('integer') topUpTo: number;
  @Column('boolean', { default: true }) isEnabled: boolean;
  /** In whose name its runs are started: who set it last. */
  @Column('uuid') @ForeignKey(() => User) runsAs: string;
  @Column('uuid', { nullable: true }) lastRunId: string | null;
  @OptionalTime() lastRunAt: Date | null;
  @OptionalText() lastError: string | null;
  @OptionalTime() lastErrorAt: Date | null;
  /** Failures one after the other. */
  @Column('integer', { default: 0 }) failures: number;
  @OptionalTime() retryAt: Date | null;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}
