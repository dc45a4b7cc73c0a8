import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index } from 'typeorm';
import { CheckedText, CreatedAt, IdColumn, OptionalText, UpdatedAt } from '../../libs/database/columns.js';
import { Organization } from '../orgs/organization.entity.js';
import { Team } from '../teams/team.entity.js';
import { User } from '../users/user.entity.js';

/** What schemas, features and environments belong to: a person's own (`user_id`) or an organization's. */
@Entity('projects')
@Index(['organizationId'])
@Index(['userId'])
@CheckedText('projects', 'status')
@Check('projects_owner_check', 'num_nonnulls(organization_id, user_id) = 1 AND is_personal = (user_id IS NOT NULL)')
export class Project {
  @IdColumn() id: string;
  @Column('text') name: string;
  @OptionalText() description: string | null;
  @Column('uuid', { nullable: true }) @ForeignKey(() => Organization) organizationId: string | null;
  @Column('uuid', { nullable: true }) @ForeignKey(() => User) userId: string | null;
  @Column('boolean', { default: false }) isPersonal: boolean;
  @Column('text', { default: 'active' }) status: 'active' | 'archived' | 'deleting';
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}

/** A permission on a project for one person or one team. */
@Entity('project_access')
@Index('project_access_project_id_user_id_key', ['projectId', 'userId'], { unique: true, where: 'user_id IS NOT NULL' })
@Index('project_access_project_id_team_id_key', ['projectId', 'teamId'], { unique: true, where: 'team_id IS NOT NULL' })
@Index(['userId'])
@Index(['teamId'])
@CheckedText('project_access', 'permission')
@Check('project_access_grantee_check', 'num_nonnulls(team_id, user_id) = 1')
export class ProjectAccess {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('uuid', { nullable: true }) @ForeignKey(() => Team, { onDelete: 'CASCADE' }) teamId: string | null;
  @Column('uuid', { nullable: true }) @ForeignKey(() => User) userId: string | null;
  @Column('text', { default: 'read' }) permission: 'read' | 'write' | 'admin';
  @Column('uuid') @ForeignKey(() => User) grantedBy: string;
  @CreateDateColumn({ type: 'timestamptz', default: () => 'now()' }) grantedAt: Date;
}
