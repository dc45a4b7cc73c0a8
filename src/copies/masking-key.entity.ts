import { Check, Column, Entity, ForeignKey, Unique } from 'typeorm';
import { CreatedAt, IdColumn } from '../../libs/database/columns.js';
import { Organization } from '../orgs/organization.entity.js';
import { User } from '../users/user.entity.js';

/**
 * The key under which an organization's values are masked, or those of a person's own projects. It never changes: the same
 * input has to give the same output in every run. Only workers can read it.
 */
@Entity('masking_keys')
@Unique(['organizationId'])
@Unique(['userId'])
@Check('masking_keys_owner_check', 'num_nonnulls(organization_id, user_id) = 1')
export class MaskingKey {
  @IdColumn() id: string;
  @Column('uuid', { nullable: true })
  @ForeignKey(() => Organization, { onDelete: 'CASCADE' })
  organizationId: string | null;
  @Column('uuid', { nullable: true }) @ForeignKey(() => User) userId: string | null;
  /** 256 random bits. */
  @Column('bytea', { select: false }) secret: Buffer;
  @CreatedAt() createdAt: Date;
}
