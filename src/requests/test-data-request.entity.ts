import { Column, CreateDateColumn, Entity, Index } from 'typeorm';
import { CheckedText, IdColumn, OptionalText, OptionalTime } from '../../libs/database/columns.js';

export const REQUEST_STATES = ['pending', 'fulfilled', 'rejected', 'withdrawn'] as const;
export type RequestStatus = (typeof REQUEST_STATES)[number];

/** One schema's part of a hand-out, or what one person asks of another. It outlives what it names, and so has no foreign keys. */
@Entity('test_data_requests')
@Index(['bundleId'])
@Index(['projectId', 'id'])
@Index('test_data_requests_provided_data_id_fulfilled_at_idx', ['providedDataId', 'fulfilledAt'], {
  where: 'provided_data_id IS NOT NULL',
})
@Index('test_data_requests_queue_idx', ['environmentId', 'id'], { where: 'bundle_id IS NULL' })
@CheckedText('test_data_requests', 'status')
@CheckedText('test_data_requests', 'source')
@CheckedText('test_data_requests', 'reason')
export class TestDataRequest {
  @IdColumn() id: string;
  @Column('uuid') projectId: string;
  /** Null where one person asks another. */
  @Column('uuid', { nullable: true }) bundleId: string | null;
  @Column('uuid') featureId: string;
  @Column('uuid') environmentId: string;
  @Column('uuid') schemaId: string;
  @Column('uuid') requestedBy: string;
  @Column('uuid', { nullable: true }) providedDataId: string | null;
  /** How the record was found. */
  @Column('text', { nullable: true }) source: 'stock' | 'generated' | null;
  /** Why it was generated. */
  @OptionalText() reason: 'stock_empty' | 'none_matches' | 'no_chain' | null;
  @OptionalText() requestNotes: string | null;
  @OptionalText() responseNotes: string | null;
  @CreateDateColumn({ type: 'timestamptz', default: () => 'now()' }) requestedAt: Date;
  @OptionalTime() fulfilledAt: Date | null;
  @Column('text', { default: 'pending' }) status: RequestStatus;
  /** Who fulfilled or rejected what was asked of them; the asker where it was withdrawn. */
  @Column('uuid', { nullable: true }) respondedBy: string | null;
  @OptionalTime() respondedAt: Date | null;
}
