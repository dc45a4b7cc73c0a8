import { Column, CreateDateColumn, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { CreatedAt, IdColumn, OptionalText, OptionalTime, UpdatedAt } from '../../libs/database/columns.js';
import { Environment } from '../environments/environment.entity.js';
import { Project } from '../projects/project.entity.js';
import { User } from '../users/user.entity.js';
import { Feature } from './feature.entity.js';

/** A feature's health in one environment; untested while `last_tested_at` is null. */
@Entity('feature_environment_status')
@Unique(['featureId', 'environmentId'])
@Index(['environmentId'])
@Index(['projectId'])
export class FeatureEnvironmentStatus {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('uuid') @ForeignKey(() => Feature, { onDelete: 'CASCADE' }) featureId: string;
  @Column('uuid') @ForeignKey(() => Environment, { onDelete: 'CASCADE' }) environmentId: string;
  @Column('boolean', { default: true }) isWorking: boolean;
  @OptionalText() errorMessage: string | null;
  @OptionalTime() lastTestedAt: Date | null;
  @Column('uuid', { nullable: true }) @ForeignKey(() => User) lastTestedBy: string | null;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}

/** What somebody saw go wrong. */
@Entity('feature_error_logs')
@Index(['featureId', 'environmentId'])
@Index(['environmentId'])
@Index(['projectId'])
export class FeatureErrorLog {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('uuid') @ForeignKey(() => Feature, { onDelete: 'CASCADE' }) featureId: string;
  @Column('uuid') @ForeignKey(() => Environment, { onDelete: 'CASCADE' }) environmentId: string;
  @Column('text') errorMessage: string;
  @Column('jsonb', { nullable: true }) errorDetails: Record<string, unknown> | null;
  @Column('uuid') @ForeignKey(() => User) reportedBy: string;
  @CreateDateColumn({ type: 'timestamptz', default: () => 'now()' }) reportedAt: Date;
  @OptionalTime() resolvedAt: Date | null;
  @Column('uuid', { nullable: true }) @ForeignKey(() => User) resolvedBy: string | null;
}

/** A picture of an error. */
@Entity('error_images')
@Index(['errorLogId'])
@Index(['projectId'])
export class ErrorImage {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('uuid') @ForeignKey(() => FeatureErrorLog, { onDelete: 'CASCADE' }) errorLogId: string;
  @Column('text') imageUrl: string;
  @OptionalText() imageName: string | null;
  @CreateDateColumn({ type: 'timestamptz', default: () => 'now()' }) uploadedAt: Date;
}
