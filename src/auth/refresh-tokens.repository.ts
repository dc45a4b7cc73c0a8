import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { RefreshToken } from './refresh-token.entity.js';

@Injectable()
export class RefreshTokensRepository {
  constructor(private readonly db: Database) {}

  async create(token: Pick<RefreshToken, 'userId' | 'familyId' | 'tokenHash' | 'expiresAt'>): Promise<void> {
    await this.tokens.insert(token);
  }

  /** The token, locked until the transaction ends, so that of two uses at once one sees the other. */
  async findForUse(tokenHash: string): Promise<RefreshToken | null> {
    return this.tokens.findOne({ where: { tokenHash }, lock: { mode: 'pessimistic_write' } });
  }

  async markUsed(id: string): Promise<void> {
    await this.tokens.update({ id }, { usedAt: new Date() });
  }

  /** Ends every token that descends from the same sign-in. */
  async endFamily(familyId: string): Promise<void> {
    await this.tokens.update({ familyId }, { revokedAt: new Date() });
  }

  private get tokens() {
    return this.db.repository(RefreshToken);
  }
}
