import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { CreatedAt, IdColumn, OptionalTime } from '../../libs/database/columns.js';
import { User } from '../users/user.entity.js';

/** A refresh token, stored hashed. Those that descend from one sign-in are a family; re-use of an old one ends it. */
@Entity('refresh_tokens')
@Unique(['tokenHash'])
@Index(['familyId'])
@Index(['userId'])
export class RefreshToken {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => User, { onDelete: 'CASCADE' }) userId: string;
  @Column('uuid') familyId: string;
  /** SHA-256 in hexadecimal: the token is 256 random bits, so a slow hash would add nothing. */
  @Column('text') tokenHash: string;
  @Column('timestamptz') expiresAt: Date;
  @OptionalTime() usedAt: Date | null;
  @OptionalTime() revokedAt: Date | null;
  @CreatedAt() createdAt: Date;
}
