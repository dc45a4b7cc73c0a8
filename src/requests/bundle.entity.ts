import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { CheckedText, CreatedAt, OptionalText, OptionalTime } from '../../libs/database/columns.js';

/**
 * What has become of a bundle: `kept` was handed out for good; `open` is on lease, and over when the lease is; `returned`,
 * `used` and `expired` are how a lease ends.
 */
export type BundleState = 'kept' | 'open' | 'returned' | 'used' | 'expired';

/** One hand-out. It outlives what it names, and so has no foreign keys; its records are rows of `test_data_requests`. */
@Entity('bundles')
@Index(['projectId', 'id'])
@Index(['requestedBy', 'id'])
@Index('bundles_open_idx', ['requestedBy', 'environmentId'], { where: "state = 'open'" })
@Index('bundles_expiry_idx', ['leaseExpiresAt'], { where: "state = 'open'" })
@Index('bundles_context_idx', { synchronize: false })
@CheckedText('bundles', 'state')
export class Bundle {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') projectId: string;
  @Column('uuid') featureId: string;
  @Column('uuid') environmentId: string;
  /** The feature's primary schema, where the bundle has a record of it. */
  @Column('uuid', { nullable: true }) primarySchemaId: string | null;
  @Column('uuid') requestedBy: string;
  @Column('text') state: BundleState;
  @OptionalTime() leaseExpiresAt: Date | null;
  @Column('jsonb', { nullable: true }) context: Record<string, string> | null;
  @OptionalText() notes: string | null;
  @CreatedAt() createdAt: Date;
  @OptionalTime() endedAt: Date | null;
}
