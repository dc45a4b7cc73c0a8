import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { CreatedAt } from '../../libs/database/columns.js';

/** The answer that a caller got for an `Idempotency-Key`, kept for a day. */
@Entity('idempotency_keys')
@Index(['createdAt'])
export class IdempotencyKey {
  @PrimaryColumn('uuid') userId: string;
  @PrimaryColumn('text') key: string;
  /** What was asked with it; another question under the same key is refused. */
  @Column('text') fingerprint: string;
  @Column('jsonb', { nullable: true }) answer: unknown;
  @CreatedAt() createdAt: Date;
}
