import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { CheckedText, CreatedAt, IdColumn, OptionalText, UpdatedAt } from '../../libs/database/columns.js';
import { User } from '../users/user.entity.js';

export type OrganizationRole = 'owner' | 'admin' | 'member';

/** A company or group that owns projects. Its limits come from its plan. */
@Entity('organizations')
@Unique(['slug'])
@CheckedText('organizations', 'plan_type')
@CheckedText('organizations', 'status')
export class Organization {
  @IdColumn() id: string;
  @Column('text') name: string;
  @Column('text') slug: string;
  @OptionalText() description: string | null;
  @OptionalText() logoUrl: string | null;
  @Column('text', { default: 'starter' }) planType: 'free' | 'starter' | 'professional' | 'enterprise';
  @Column('integer', { default: 10 }) maxUsers: number;
  @Column('integer', { default: 5 }) maxProjects: number;
  @Column('text', { default: 'active' }) status: 'active' | 'archived' | 'suspended' | 'cancelled';
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}

@Entity('organization_members')
@Unique(['organizationId', 'userId'])
@Index(['userId'])
@CheckedText('organization_members', 'role')
export class OrganizationMember {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Organization, { onDelete: 'CASCADE' }) organizationId: string;
  @Column('uuid') @ForeignKey(() => User) userId: string;
  @Column('text', { default: 'member' }) role: OrganizationRole;
  @CreatedAt() createdAt: Date;
}
