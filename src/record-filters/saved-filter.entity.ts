import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { CreatedAt, IdColumn, OptionalText, UpdatedAt } from '../../libs/database/columns.js';
import { Project } from '../projects/project.entity.js';
import { DataSchema } from '../schemas/data-schema.entity.js';
import type { RecordFilter } from '../test-data/record-filter.dto.js';
import { User } from '../users/user.entity.js';

/** A way to look at the records of a schema, kept under a name: for all of the project, or for whoever made it. */
@Entity('record_filters')
@Index(['projectId'])
@Index('record_filters_shared_name_idx', ['schemaId', 'name'], { unique: true, where: 'is_shared' })
@Index('record_filters_own_name_idx', ['schemaId', 'createdBy', 'name'], { unique: true, where: 'NOT is_shared' })
export class SavedFilter {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('uuid') @ForeignKey(() => DataSchema, { onDelete: 'CASCADE' }) schemaId: string;
  @Column('text') name: string;
  @Column('boolean') isShared: boolean;
  @Column('jsonb') filter: RecordFilter;
  @OptionalText() sort: string | null;
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}
