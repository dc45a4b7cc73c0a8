import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { CreatedAt, IdColumn } from '../../libs/database/columns.js';
import { Environment } from '../environments/environment.entity.js';
import { Project } from '../projects/project.entity.js';
import { DataSchema } from '../schemas/data-schema.entity.js';

/** The parent of the records of one schema in one environment. */
@Entity('stocks')
@Unique(['schemaId', 'environmentId'])
@Index(['environmentId'])
@Index(['projectId'])
export class Stock {
  @IdColumn() id: string;
  @Column('uuid') @ForeignKey(() => Project) projectId: string;
  @Column('uuid') @ForeignKey(() => DataSchema) schemaId: string;
  @Column('uuid') @ForeignKey(() => Environment) environmentId: string;
  @CreatedAt() createdAt: Date;
}

/** A unique key of a schema (its fields by id) in one stock; the small number stands for it in `test_data_keys`. */
@Entity('stock_keys')
@Unique(['stockId', 'fields'])
@Index(['projectId'])
export class StockKey {
  @PrimaryColumn('integer', { generated: 'identity' }) id: number;
  @Column('uuid') @ForeignKey(() => Project) projectId: string;
  @Column('uuid') @ForeignKey(() => Stock, { onDelete: 'CASCADE' }) stockId: string;
  @Column('text') fields: string;
}

/** A value that is taken: the canonical text of a unique key in one record. */
@Entity('test_data_keys')
export class RecordKey {
  @PrimaryColumn('integer') keyId: number;
  @PrimaryColumn('text', { collation: 'C' }) value: string;
  @Column('uuid') projectId: string;
  @Column('uuid') recordId: string;
}

/** How many records a stock had when its deltas were last rolled up; none are as good as a row of zeros. */
@Entity('stock_counts')
@Index(['projectId'])
export class StockCount {
  @PrimaryColumn('uuid') stockId: string;
  @Column('uuid') projectId: string;
  @Column('bigint') active: string;
  @Column('bigint') used: string;
  @Column('bigint') invalid: string;
  /** Those of `used` that come back by themselves. */
  @Column('bigint') leased: string;
}

/** What one statement has changed in the counts of a stock, written by triggers on `test_data`. */
@Entity('stock_deltas')
export class StockDelta {
  @PrimaryColumn('uuid') stockId: string;
  @PrimaryColumn('bigint', { generated: 'identity' }) id: string;
  @Column('uuid') projectId: string;
  @Column('integer') active: number;
  @Column('integer') used: number;
  @Column('integer') invalid: number;
  @Column('integer') leased: number;
}
