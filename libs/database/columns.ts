import { Check, Column, CreateDateColumn, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** A UUID v7 primary key, made by PostgreSQL: ids ascend in time, so indexes grow at their end. */
export const IdColumn = (): PropertyDecorator => PrimaryColumn('uuid', { default: () => 'uuidv7()' });

/** When the row was made. */
export const CreatedAt = (): PropertyDecorator => CreateDateColumn({ type: 'timestamptz', default: () => 'now()' });

/** When the row was last changed through its entity. */
export const UpdatedAt = (): PropertyDecorator => UpdateDateColumn({ type: 'timestamptz', default: () => 'now()' });

/** Text that may be missing. */
export const OptionalText = (): PropertyDecorator => Column('text', { nullable: true });

/** A moment that may not have come. */
export const OptionalTime = (): PropertyDecorator => Column('timestamptz', { nullable: true });

/** The name of the CHECK constraint of a text column with a fixed set of values; the values stand in the migration. */
export function CheckedText(table: string, column: string): ClassDecorator {
  return Check(`${table}_${column}_check`, `${column} IS NOT NULL`);
}
