import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { Caller } from './caller.js';
import { GRANTS } from './grants.sql.js';
import type { Resource } from './permission.js';

export interface Grant {
  project_id: string;
  level: number;
  is_writable: boolean;
}

@Injectable()
export class AccessRepository {
  constructor(private readonly db: Database) {}

  /**
   * The project of a thing and the caller's level there; null where the thing does not exist. One look-up by key, with what
   * `statement`, of {@link grantWith}, asks for along with it.
   */
  async grant(caller: Caller, resource: Resource, id: string, statement = GRANTS[resource]): Promise<Grant | null> {
    const { rows } = await this.db.query<Grant>(statement, [caller.userId, id]);
    return rows[0] ?? null;
  }
}
