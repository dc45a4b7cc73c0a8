import { Column, Entity, Index } from 'typeorm';
import {
  CheckedText,
  CreatedAt,
  IdColumn,
  OptionalText,
  OptionalTime,
  UpdatedAt,
} from '../../libs/database/columns.js';

export type RecordStatus = 'active' | 'used' | 'invalid';

/**
 * A record. It has no foreign key, since one checked per row costs a third of COPY: the trigger
 * `test_data_added` checks and key-shares the stocks of each statement instead, and notes how many records they get.
 */
@Entity('test_data')
@Index('test_data_pick_idx', ['stockId', 'pickKey'], { where: "status = 'active'" })
@Index('test_data_leases_idx', ['stockId', 'leaseExpiresAt'], {
  where: "status = 'used' AND lease_expires_at IS NOT NULL",
})
@Index('test_data_stock_id_id_idx', ['stockId', 'id'])
@CheckedText('test_data', 'status')
export class TestRecord {
  @IdColumn() id: string;
  @Column('uuid') stockId: string;
  @Column('uuid') projectId: string;
  @Column('jsonb') dataValues: Record<string, unknown>;
  /** Where a hand-out looks for it: uniform in [0, 1), ascending within a batch so that the index grows in order. */
  @Column('double precision') pickKey: number;
  @Column('text', { default: 'active' }) status: RecordStatus;
  /** Why it is invalid. */
  @OptionalText() statusReason: string | null;
  /** Version of the schema that it was checked against. */
  @Column('integer') schemaVersion: number;
  /** The moment that its values are right for, where that is neither when it was made nor the start of the run that made it. */
  @OptionalTime() valuesAt: Date | null;
  @Column('uuid', { nullable: true }) runId: string | null;
  @OptionalTime() usedAt: Date | null;
  @Column('uuid', { nullable: true }) usedBy: string | null;
  @Column('uuid', { nullable: true }) featureId: string | null;
  /** The bundle that it was handed out with; null while it is active, and where somebody marked it as used. */
  @Column('uuid', { nullable: true }) bundleId: string | null;
  @OptionalTime() leaseExpiresAt: Date | null;
  @Column('uuid') createdBy: string;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}
