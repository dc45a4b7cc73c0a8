import { IsEmail, IsString, Length, Matches, MaxLength } from 'class-validator';
import { UserResponse } from '../users/user.dto.js';
import { Optional } from '../../libs/http/optional.js';

/** A new account. */
export class SignUp {
  /**
   * Address to sign in with, unique without regard to case; at most 255 characters.
   * @example "ada@example.com"
   */
  @IsEmail()
  @MaxLength(255)
  email: string;

  /**
   * Public name of 2 to 100 letters, digits, `_`, `.` and `-`, unique without regard to case.
   * @example "ada"
   */
  @IsString()
  @Matches(/^[A-Za-z0-9_.-]{2,100}$/, { message: 'username must have 2 to 100 letters, digits, _, . and -' })
  username: string;

  /**
   * Password of 8 to 128 characters.
   * @example "correct horse battery"
   */
  @IsString()
  @Length(8, 128)
  password: string;

  /**
   * First name, at most 100 characters.
   * @example "Ada"
   */
  @Optional()
  @IsString()
  @MaxLength(100)
  first_name?: string;

  /**
   * Last name, at most 100 characters.
   * @example "Lovelace"
   */
  @Optional()
  @IsString()
  @MaxLength(100)
  last_name?: string;
}

/** Who wants to sign in. */
export class SignIn {
  /**
   * Address of the account.
   * @example "ada@example.com"
   */
  @IsString()
  @MaxLength(255)
  email: string;

  /**
   * Its password.
   * @example "correct horse battery"
   */
  @IsString()
  @MaxLength(128)
  password: string;
}

/** A refresh token to use up or to end. */
export class RefreshRequest {
  /**
   * The `refresh_token` of the latest answer; each works once.
   * @example "w7XmJ0m6f4m8cW3m9kQ0oJtq0C2Hq8c0r9b1Zk3nXyE"
   */
  @IsString()
  @MaxLength(200)
  refresh_token: string;
}

/** What a client needs to act for a user. */
export class SessionResponse {
  /**
   * Bearer token for the `Authorization` header.
   * @example "eyJhbGciOiJIUzI1NiJ9.e30.2Zk"
   */
  access_token: string;

  /**
   * Token for the next call of `refresh`; it works once, and a second use ends the session.
   * @example "w7XmJ0m6f4m8cW3m9kQ0oJtq0C2Hq8c0r9b1Zk3nXyE"
   */
  refresh_token: string;

  /**
   * Life of the access token in seconds.
   * @example 900
   */
  expires_in: number;

  /** The account. */
  user: UserResponse;
}
