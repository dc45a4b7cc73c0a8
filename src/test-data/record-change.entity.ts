import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { OptionalText, OptionalTime } from '../../libs/database/columns.js';
import type { RecordStatus } from './test-record.entity.js';

const OptionalId = (): PropertyDecorator => Column('uuid', { nullable: true });

/**
 * Something that happened to a record and is told neither by itself (that it was made) nor by the requests (that it was
 * handed out). Triggers on `test_data` write it, and it outlives the record.
 */
@Entity('record_changes')
export class RecordChange {
  @PrimaryColumn('uuid') recordId: string;
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' }) id: string;
  @Column('uuid') projectId: string;
  @CreateDateColumn({ type: 'timestamptz', default: () => 'clock_timestamp()' }) at: Date;
  @Column('text') fromStatus: RecordStatus;
  /** Null where it was deleted. */
  @OptionalText() toStatus: RecordStatus | null;
  @Column('boolean') valuesChanged: boolean;
  @OptionalText() reason: string | null;
  @OptionalTime() leaseExpiresAt: Date | null;
  @OptionalId() actorId: string | null;
  @OptionalId() featureId: string | null;
  @OptionalId() runId: string | null;
  /** Type of the run, or what else led to it. */
  @OptionalText() cause: string | null;
  /** From here on only of a deleted record: where it was, and how it was made. */
  @OptionalId() schemaId: string | null;
  @OptionalId() environmentId: string | null;
  @OptionalId() createdBy: string | null;
  @OptionalTime() createdAt: Date | null;
  @OptionalId() createdRunId: string | null;
}
