import { Column, CreateDateColumn, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { CheckedText, CreatedAt, IdColumn, OptionalText, UpdatedAt } from '../../libs/database/columns.js';
import { Organization } from '../orgs/organization.entity.js';
import { User } from '../users/user.entity.js';

/** People of an organization who get access to projects together. */
@Entity('teams')
@Index(['organizationId'])
export class Team {
  @IdColumn() id: string;
  @Column('text') name: string;
  @OptionalText() description: string | null;
  @Column('uuid') @ForeignKey(() => Organization, { onDelete: 'CASCADE' }) organizationId: string;
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}

@Entity('team_members')
@Unique(['teamId', 'userId'])
@Index(['userId'])
@CheckedText('team_members', 'role')
export class TeamMember {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Team, { onDelete: 'CASCADE' }) teamId: string;
  @Column('uuid') @ForeignKey(() => User) userId: string;
  @Column('text', { default: 'member' }) role: 'member' | 'admin';
  @Column('uuid') @ForeignKey(() => User) addedBy: string;
  @CreateDateColumn({ type: 'timestamptz', default: () => 'now()' }) addedAt: Date;
}
