import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { CheckedText } from '../../libs/database/columns.js';

/** Lengths of time in which hand-outs are counted; both are those of UTC. */
export const BUCKETS = ['hour', 'day'] as const;
export type Bucket = (typeof BUCKETS)[number];

/**
 * How much was handed out in an hour or a day, when the deltas were last rolled up. There is a row for each combination of a
 * schema, a feature, an environment and a person, and for each in which some of these are the id of zeros, which stands for
 * all. One row for each bucket answers every question. A row outlives what it names, as the
 * requests do that it counts.
 */
@Entity('usage_counts')
@Index('usage_counts_hours_idx', ['startsAt'], { where: "bucket = 'hour'" })
@CheckedText('usage_counts', 'bucket')
export class UsageCount {
  @PrimaryColumn('uuid') projectId: string;
  @PrimaryColumn('uuid') schemaId: string;
  @PrimaryColumn('uuid') featureId: string;
  @PrimaryColumn('uuid') environmentId: string;
  @PrimaryColumn('uuid') userId: string;
  @PrimaryColumn('text') bucket: Bucket;
  @PrimaryColumn('timestamptz') startsAt: Date;
  @Column('bigint') fromStock: string;
  @Column('bigint') generated: string;
}

/** What one statement has handed out, written by triggers on `test_data_requests`. */
@Entity('usage_deltas')
export class UsageDelta {
  @PrimaryColumn('uuid') projectId: string;
  @PrimaryColumn('bigint', { generated: 'identity' }) id: string;
  @Column('uuid') schemaId: string;
  @Column('uuid') featureId: string;
  @Column('uuid') environmentId: string;
  @Column('uuid') userId: string;
  /** Begin of the hour. */
  @Column('timestamptz') startsAt: Date;
  @Column('integer') fromStock: number;
  @Column('integer') generated: number;
}
