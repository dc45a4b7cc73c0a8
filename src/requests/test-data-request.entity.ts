import { Column, CreateDateColumn, Entity, Index } from 'typeorm';
import { CheckedText, IdColumn, OptionalText, OptionalTime } from '../../libs/database/columns.js';

/** One schema's part of a hand-out. It outlives what it names, and so has no foreign keys. */
@Entity('test_data_requests')
@Index(['bundleId'])
@Index(['projectId', 'id'])
@CheckedText('test_data_requests', 'status')
@CheckedText('test_data_requests', 'source')
@CheckedText('test_data_requests', 'reason')
export class TestDataRequest {
  @IdColumn() id: string;
  @Column('uuid') projectId: string;
  @Column('uuid') bundleId: string;
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
  @Column('text', { default: 'pending' }) status: 'pending' | 'fulfilled' | 'rejected';
}
