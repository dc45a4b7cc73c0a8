import { Injectable } from '@nestjs/common';
import { ILike, In, Not } from 'typeorm';
import type { SchemaDefinition } from '../../libs/generator/index.js';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { DataSchema, DataSchemaVersion, SchemaReference } from './data-schema.entity.js';

const GONE = 'deleting' as const;
const LOCK_REFERENCES = {
  name: 'schemas.lock_references',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('schema_references ' || $1, 0))`,
};
// Advisory, since these queue: with row locks, makers of records that overlap would keep a change waiting for good.
const HOLD_KEYS = {
  name: 'schemas.hold_keys',
  text: `SELECT pg_advisory_xact_lock_shared(hashtextextended('schema_keys ' || $1, 0))`,
};
const LOCK_KEYS = {
  name: 'schemas.lock_keys',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('schema_keys ' || $1, 0))`,
};

@Injectable()
export class SchemasRepository {
  constructor(private readonly db: Database) {}

  async create(scope: ProjectScope, values: Partial<DataSchema>): Promise<DataSchema> {
    const own = { projectId: scope.projectId, createdBy: scope.userId, version: 1 };
    const schema = await this.schemas.save(this.schemas.create({ ...values, ...own }));
    await this.keepVersion(scope, schema);
    return schema;
  }

  async list(scope: ProjectScope, search: string | undefined, page: PageRequest): Promise<Page<DataSchema>> {
    const query = this.schemas.createQueryBuilder('s').where('s.projectId = :projectId', scope);
    query.andWhere("s.status <> 'deleting'");
    if (search) query.andWhere({ name: ILike(`%${search.replace(/[\\%_]/g, '\\$&')}%`) });
    const after = afterId(page);
    if (after) query.andWhere('s.id > :after', { after });
    return toPage(
      await query
        .orderBy('s.id')
        .limit(page.limit + 1)
        .getMany(),
      page,
    );
  }

  async getOrThrow(scope: ProjectScope, id: string): Promise<DataSchema> {
    const schema = await this.schemas.findOneBy({ id, projectId: scope.projectId, status: Not(GONE) });
    if (!schema) throw new NotFound('schema.not_found', `There is no schema ${id} in this project.`);
    return schema;
  }

  /** The schema, held against other changes until the transaction ends; new references to it need not wait. */
  async getForUpdate(scope: ProjectScope, id: string): Promise<DataSchema> {
    const where = { id, projectId: scope.projectId, status: Not(GONE) };
    const schema = await this.schemas.findOne({ where, lock: { mode: 'for_no_key_update' } });
    if (!schema) throw new NotFound('schema.not_found', `There is no schema ${id} in this project.`);
    return schema;
  }

  /** Keeps the keys of the schema as they are until the transaction ends; any number may do so at once. */
  async holdKeys(_: Pick<ProjectScope, 'projectId'>, id: string): Promise<void> {
    await this.db.query(HOLD_KEYS, [id]);
  }

  /** Waits for those who hold the keys, and lets no others through until the transaction ends. */
  async lockKeys(_: ProjectScope, id: string): Promise<void> {
    await this.db.query(LOCK_KEYS, [id]);
  }

  /** The schema as it is now; null where there is none any more. */
  async find(scope: Pick<ProjectScope, 'projectId'>, id: string): Promise<DataSchema | null> {
    return this.schemas.findOneBy({ id, projectId: scope.projectId, status: Not(GONE) });
  }

  /** Lets one change of references at a time through in the project, until the transaction ends. */
  async lockReferences(scope: ProjectScope): Promise<void> {
    await this.db.query(LOCK_REFERENCES, [scope.projectId]);
  }

  /** Those of the ids that are schemas of the project. */
  async listByIds(scope: ProjectScope, ids: string[]): Promise<DataSchema[]> {
    return this.schemas.findBy({ id: In(ids), projectId: scope.projectId, status: Not(GONE) });
  }

  async update(scope: ProjectScope, id: string, changes: Partial<DataSchema>): Promise<DataSchema> {
    await this.schemas.update({ id, projectId: scope.projectId }, { ...changes, updatedAt: new Date() });
    const schema = await this.getOrThrow(scope, id);
    if (changes.version) await this.keepVersion(scope, schema);
    return schema;
  }

  /** The definition as it was in a version; null where there was none. */
  async findVersion(
    scope: Pick<ProjectScope, 'projectId'>,
    schemaId: string,
    version: number,
  ): Promise<SchemaDefinition | null> {
    const versions = this.db.repository(DataSchemaVersion);
    const row = await versions.findOneBy({ schemaId, version, projectId: scope.projectId });
    return row?.schemaDefinition ?? null;
  }

  /** Replaces what the schema's reference fields point at. */
  async setReferences(
    scope: ProjectScope,
    schemaId: string,
    targets: { field: string; schemaId: string }[],
  ): Promise<void> {
    const references = this.db.repository(SchemaReference);
    await references.delete({ schemaId, projectId: scope.projectId });
    await references.insert(
      targets.map((target) => ({
        schemaId,
        fieldName: target.field,
        targetSchemaId: target.schemaId,
        projectId: scope.projectId,
      })),
    );
  }

  /** The names of other schemas that refer to this one. */
  async listReferrers(scope: ProjectScope, id: string): Promise<string[]> {
    const query = this.schemas
      .createQueryBuilder('s')
      .where('s.projectId = :projectId AND s.id <> :id', { ...scope, id });
    const exists = 'EXISTS (SELECT FROM schema_references r WHERE r.schema_id = s.id AND r.target_schema_id = :id)';
    const found = await query.andWhere(exists, { id }).orderBy('s.name').limit(10).getMany();
    return found.map((schema) => schema.name);
  }

  private async keepVersion(scope: ProjectScope, schema: DataSchema): Promise<void> {
    await this.db.repository(DataSchemaVersion).insert({
      schemaId: schema.id,
      version: schema.version,
      projectId: schema.projectId,
      schemaDefinition: schema.schemaDefinition as never,
      createdBy: scope.userId,
    });
  }

  private get schemas() {
    return this.db.repository(DataSchema);
  }
}
