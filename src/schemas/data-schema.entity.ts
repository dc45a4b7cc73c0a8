import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { SchemaDefinition } from '../../libs/generator/index.js';
import { CheckedText, CreatedAt, IdColumn, OptionalText, UpdatedAt } from '../../libs/database/columns.js';
import { Project } from '../projects/project.entity.js';
import { User } from '../users/user.entity.js';

/** Definitions of schemas by their ids. */
export type EmbeddedSchemas = Record<string, SchemaDefinition>;

/** Named, typed fields with rules. Its definition is versioned: every change of it is a row of `data_schema_versions`. */
@Entity('data_schemas')
@Unique(['projectId', 'name'])
@CheckedText('data_schemas', 'status')
export class DataSchema {
  @IdColumn() id: string;
  @Column('text') name: string;
  @OptionalText() description: string | null;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  /** Whether a record may be handed out again; false makes records single-use. */
  @Column('boolean', { default: true }) isReusable: boolean;
  @Column('jsonb') schemaDefinition: SchemaDefinition;
  /** By id: the schemas that stand in it, as they are now. */
  @Column('jsonb', { default: {} }) embedded: EmbeddedSchemas;
  /** Version of the definition and of what stands in it, from 1. */
  @Column('integer', { default: 1 }) version: number;
  @Column('text', { default: 'active' }) status: 'active' | 'archived' | 'deleting';
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  @CreatedAt() createdAt: Date;
  @UpdatedAt() updatedAt: Date;
}

/** A definition as it once was: runs and records name the version that they were made with. */
@Entity('data_schema_versions')
@Index(['projectId'])
export class DataSchemaVersion {
  @PrimaryColumn('uuid') @ForeignKey(() => DataSchema, { onDelete: 'CASCADE' }) schemaId: string;
  @PrimaryColumn('integer') version: number;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
  @Column('jsonb') schemaDefinition: SchemaDefinition;
  /** By id: the schemas that stood in it, as they were then. */
  @Column('jsonb', { default: {} }) embedded: EmbeddedSchemas;
  @Column('uuid') @ForeignKey(() => User) createdBy: string;
  @CreateDateColumn({ type: 'timestamptz', default: () => 'now()' }) createdAt: Date;
}

/** The reference fields of the current definitions, so that hand-outs and deletes need not read definitions. */
@Entity('schema_references')
@Index(['targetSchemaId'])
@Index(['projectId'])
export class SchemaReference {
  @PrimaryColumn('uuid') @ForeignKey(() => DataSchema, { onDelete: 'CASCADE' }) schemaId: string;
  /** With those of the objects and arrays around it: `lines[]/product`. */
  @PrimaryColumn('text') fieldName: string;
  /** The same as a path in PostgreSQL's jsonpath. */
  @Column('text') path: string;
  /** The version of the schema since which it has been called so: records of earlier ones have it under another name. */
  @Column('integer', { default: 1 }) sinceVersion: number;
  @Column('uuid') @ForeignKey(() => DataSchema, { onDelete: 'CASCADE' }) targetSchemaId: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
}

/** Which schemas stand in a schema, however deep. */
@Entity('schema_embeddings')
@Index(['embeddedSchemaId'])
@Index(['projectId'])
export class SchemaEmbedding {
  @PrimaryColumn('uuid') @ForeignKey(() => DataSchema, { onDelete: 'CASCADE' }) schemaId: string;
  @PrimaryColumn('uuid') @ForeignKey(() => DataSchema, { onDelete: 'CASCADE' }) embeddedSchemaId: string;
  @Column('uuid') @ForeignKey(() => Project, { onDelete: 'CASCADE' }) projectId: string;
}
