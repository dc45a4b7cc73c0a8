import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { CheckedText } from '../../libs/database/columns.js';
import { Project } from '../projects/project.entity.js';
import { DataSchema } from '../schemas/data-schema.entity.js';

/** How values of a field are put in order and compared: as numbers, as moments, as texts, or as ids without regard to case. */
export type SearchKind = 'number' | 'moment' | 'text' | 'id';

/** A searchable field of a schema; the small number stands for it in `search_values`. */
@Entity('search_fields')
@Unique(['schemaId', 'fieldId'])
@Index(['projectId'])
@CheckedText('search_fields', 'kind')
export class SearchField {
  @PrimaryColumn('integer', { generated: 'identity' }) no: number;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('uuid') @ForeignKey(() => DataSchema, { onDelete: 'CASCADE' }) schemaId: string;
  @Column('text') fieldId: string;
  @Column('text') kind: SearchKind;
  /** Whether the values of all records are in the table; until then, a run puts those in that were there before. */
  @Column('boolean') isReady: boolean;
  /** The run that does. */
  @Column('uuid', { nullable: true }) runId: string | null;
}

/**
 * The value of a searchable field in one record, written by triggers on `test_data`. A record without a value has one, too: its
 * number is NaN, which comes after all others. Texts have the number 0.
 */
@Entity('search_values')
@Index('search_values_order_idx', ['fieldNo', 'stockId', 'number', 'text', 'recordId'])
export class SearchValue {
  @PrimaryColumn('uuid') recordId: string;
  @PrimaryColumn('integer') fieldNo: number;
  @Column('uuid') stockId: string;
  @Column('numeric') number: string;
  /** The first 200 characters. */
  @Column({ type: 'text', collation: 'C' }) text: string;
}
