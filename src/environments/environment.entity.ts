import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { CheckedText, CreatedAt, IdColumn, OptionalText, UpdatedAt } from '../../libs/database/columns.js';
import { Project } from '../projects/project.entity.js';
import { User } from '../users/user.entity.js';

/** A place where the software under test runs. */
@Entity('environments')
@Unique(['projectId', 'slug'])
@Index('environments_default_key', ['projectId'], { unique: true, where: 'is_default' })
@CheckedText('environments', 'status')
export class Environment {
  @IdColumn() id: string;
  @Column('text') name: string;
  @Column('text') slug: string;
  @OptionalText() description: string | null;
  /** `#RRGGBB`, for people to tell environments apart. */
  @Column('text', { default: '#3B82F6' }) color: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('boolean', { default: false }) isDefault: boolean;
  /** Asking for data here needs `write`; bulk runs and deletes need `admin`. */
  @Column('boolean', { default: false }) isProtected: boolean;
  /** Bundles that one person may have on lease here at a time; null for any number. */
  @Column('integer', { nullable: true }) maxOpenLeasesPerUser: number | null;
  @Column('text', { default: 'active' }) status: 'active' | 'archived' | 'deleting';
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}
