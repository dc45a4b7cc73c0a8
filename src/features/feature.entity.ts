import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { CheckedText, CreatedAt, IdColumn, OptionalText, UpdatedAt } from '../../libs/database/columns.js';
import { Project } from '../projects/project.entity.js';
import { DataSchema } from '../schemas/data-schema.entity.js';
import { User } from '../users/user.entity.js';

/** Something that the software under test does. */
@Entity('features')
@Unique(['projectId', 'name'])
@CheckedText('features', 'status')
export class Feature {
  @IdColumn() id: string;
  @Column('text') name: string;
  @OptionalText() description: string | null;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('text', { default: 'active' }) status: 'active' | 'archived';
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}

/** A schema that a feature's tests need. */
@Entity('feature_schemas')
@Unique(['featureId', 'schemaId'])
@Index('feature_schemas_primary_key', ['featureId'], { unique: true, where: 'is_primary' })
@Index(['schemaId'])
@Index(['projectId'])
export class FeatureSchema {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('uuid') @ForeignKey(() => Feature, { onDelete: 'CASCADE' }) featureId: string;
  @Column('uuid') @ForeignKey(() => DataSchema, { onDelete: 'CASCADE' }) schemaId: string;
  @Column('boolean', { default: false }) isPrimary: boolean;
  /** The order of assignment, from 0. */
  @Column('integer') position: number;
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  @CreatedAt() createdAt: Date;
}
