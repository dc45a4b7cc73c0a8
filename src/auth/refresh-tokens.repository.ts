import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { RefreshToken } from './refresh-token.entity.js';

const LOCK_FAMILY = {
  name: 'refresh_tokens.lock_family',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('refresh ' || $1::text, 0))`,
};

@Injectable()
export class RefreshTokensRepository {
  constructor(private readonly db: Database) {}

  async create(token: Pick<RefreshToken, 'userId' | 'familyId' | 'tokenHash' | 'expiresAt'>): Promise<void> {
    await this.tokens.insert(token);
  }

  /** The token, its whole family held until the transaction ends: of two uses at once, one sees what the other has done. */
  async findForUse(tokenHash: string): Promise<RefreshToken | null> {
    const known = await this.tokens.findOneBy({ tokenHash });
    if (!known) return null;
    await this.db.query(LOCK_FAMILY, [known.familyId]);
    return this.tokens.findOneBy({ id: known.id });
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
