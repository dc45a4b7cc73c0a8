import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import {
  CheckedText,
  CreatedAt,
  IdColumn,
  OptionalText,
  OptionalTime,
  UpdatedAt,
} from '../../libs/database/columns.js';

/** A person. Rows are never deleted: an account that ends is anonymised. */
@Entity('users')
@Index('users_email_key', { synchronize: false }) // unique on lower(email)
@Index('users_username_key', { synchronize: false }) // unique on lower(username)
@CheckedText('users', 'auth_provider')
@CheckedText('users', 'status')
export class User {
  @IdColumn() id: string;
  @Column('text') email: string;
  @Column('text') username: string;
  @OptionalText() firstName: string | null;
  @OptionalText() lastName: string | null;
  @OptionalText() avatarUrl: string | null;
  @Column('text') authProvider: 'email' | 'gmail' | 'apple' | 'oidc';
  @OptionalText() passwordHash: string | null;
  @Column('boolean', { default: false }) isEmailVerified: boolean;
  @Column('text', { default: 'active' }) status: 'active' | 'suspended' | 'inactive';
  @OptionalTime() lastLoginAt: Date | null;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}

/** One way in which a person signs in; there may be several. */
@Entity('user_identities')
@Unique(['provider', 'subject'])
@Index(['userId'])
export class UserIdentity {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => User, { onDelete: 'CASCADE' }) userId: string;
  @Column('text') provider: string;
  /** What the provider calls the person; for `email` the address in lower case. */
  @Column('text') subject: string;
  @CreatedAt() createdAt: Date;
}
