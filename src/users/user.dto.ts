import { IsOptional, IsString, IsUrl, Length, MaxLength } from 'class-validator';
import type { User } from './user.entity.js';

/** What one may change of one's own account; what is left out stays. */
export class UpdateProfile {
  /**
   * First name; null removes it.
   * @example "Ada"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  first_name?: string | null;

  /**
   * Last name; null removes it.
   * @example "Lovelace"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  last_name?: string | null;

  /**
   * Picture, by its https or http address; null removes it.
   * @example "https://example.com/ada.png"
   */
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @Length(1, 500)
  avatar_url?: string | null;
}

/** An account, as its owner sees it. */
export class UserResponse {
  /** Id of the user. */
  id: string;

  /**
   * Address, as it was given at sign-up.
   * @example "ada@example.com"
   */
  email: string;

  /**
   * Public name, unique without regard to case.
   * @example "ada"
   */
  username: string;

  /**
   * First name.
   * @example "Ada"
   */
  first_name: string | null;

  /**
   * Last name.
   * @example "Lovelace"
   */
  last_name: string | null;

  /**
   * Address of a picture.
   * @example "https://example.com/ada.png"
   */
  avatar_url: string | null;

  /**
   * How the account was made.
   * @example "email"
   */
  auth_provider: 'email' | 'gmail' | 'apple' | 'oidc';

  /** Whether the address is known to be the user's. */
  is_email_verified: boolean;

  /** State of the account. */
  status: 'active' | 'suspended' | 'inactive';

  /** When the user last signed in; null before the first time. */
  last_login_at: Date | null;

  /** When the account was made. */
  created_at: Date;

  /** When the account was last changed. */
  updated_at: Date;
}

export function toUserResponse(user: User): UserResponse {
  return {
    id: user.id,
    email: user.email,
    username: user.username,
    first_name: user.firstName,
    last_name: user.lastName,
    avatar_url: user.avatarUrl,
    auth_provider: user.authProvider,
    is_email_verified: user.isEmailVerified,
    status: user.status,
    last_login_at: user.lastLoginAt,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
}
