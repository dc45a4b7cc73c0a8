import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A call that waits for records to come back; the order of the ids is that of the queue. */
@Entity('waiters')
@Index(['environmentId', 'id'])
export class Waiter {
  @PrimaryColumn('bigint', { generated: 'identity' }) id: string;
  @Column('uuid') environmentId: string;
  @Column('uuid') userId: string;
  /** The API process that holds the call. */
  @Column('uuid') processId: string;
  /** What is asked for, as JSON text. */
  @Column('text') question: string;
  /** Its `Idempotency-Key`. */
  @Column('text', { nullable: true }) key: string | null;
  /** What it lacked when it was last tried. */
  @Column('jsonb', { nullable: true }) missing: unknown;
  /** What it got, until its process takes that. */
  @Column('jsonb', { nullable: true }) answer: unknown;
  /** When its process last said that the call is still there. */
  @Column('timestamptz', { default: () => 'now()' }) aliveAt: Date;
}
