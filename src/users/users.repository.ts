import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import { User, UserIdentity } from './user.entity.js';

export type NewUser = Pick<User, 'email' | 'username' | 'firstName' | 'lastName' | 'passwordHash' | 'isEmailVerified'>;

@Injectable()
export class UsersRepository {
  constructor(private readonly db: Database) {}

  /** Makes an account that signs in with its address. */
  async createWithEmail(account: NewUser): Promise<User> {
    const user = await this.users.save(this.users.create({ ...account, authProvider: 'email' }));
    await this.db
      .repository(UserIdentity)
      .insert({ userId: user.id, provider: 'email', subject: account.email.toLowerCase() });
    return user;
  }

  async findByEmail(email: string): Promise<User | null> {
    return this.users.createQueryBuilder('u').where('lower(u.email) = lower(:email)', { email }).getOne();
  }

  async getOrThrow(caller: Caller): Promise<User> {
    const user = await this.users.findOneBy({ id: caller.userId });
    if (!user) throw new NotFound('user.not_found', 'The account no longer exists.');
    return user;
  }

  async update(caller: Caller, changes: Partial<User>): Promise<User> {
    await this.users.update({ id: caller.userId }, { ...changes, updatedAt: new Date() });
    return this.getOrThrow(caller);
  }

  private get users() {
    return this.db.repository(User);
  }
}
