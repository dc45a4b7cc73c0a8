import { Injectable } from '@nestjs/common';
import { translating } from '../../libs/database/constraint.js';
import { Conflict } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import type { UpdateProfile } from './user.dto.js';
import type { User } from './user.entity.js';
import { type NewUser, UsersRepository } from './users.repository.js';

const TAKEN = {
  users_email_key: () => new Conflict('user.email_taken', 'There is an account with this email already.'),
  user_identities_provider_subject_key: () =>
    new Conflict('user.email_taken', 'There is an account with this email already.'),
  users_username_key: () => new Conflict('user.username_taken', 'This username is taken.'),
};

@Injectable()
export class UsersService {
  constructor(private readonly users: UsersRepository) {}

  /** Throws 409 `user.email_taken` or `user.username_taken`, also where two ask at once. */
  async createWithEmail(account: NewUser): Promise<User> {
    return translating(() => this.users.createWithEmail(account), TAKEN);
  }

  async findByEmail(email: string): Promise<User | null> {
    return this.users.findByEmail(email);
  }

  async get(caller: Caller): Promise<User> {
    return this.users.getOrThrow(caller);
  }

  async update(caller: Caller, changes: UpdateProfile): Promise<User> {
    return this.users.update(caller, {
      firstName: changes.first_name,
      lastName: changes.last_name,
      avatarUrl: changes.avatar_url,
    });
  }

  async recordSignIn(caller: Caller): Promise<User> {
    return this.users.update(caller, { lastLoginAt: new Date() });
  }
}
