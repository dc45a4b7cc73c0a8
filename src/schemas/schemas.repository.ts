import { Injectable } from '@nestjs/common';
import { ILike, In, Not } from 'typeorm';
import type { CompiledSchema } from '../../libs/generator/index.js';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { FieldName } from './field-name.js';
import { DataSchema, DataSchemaVersion, SchemaEmbedding, SchemaReference } from './data-schema.entity.js';

const GONE = 'deleting' as const;
const EMBEDDERS = 'SELECT schema_id FROM schema_embeddings WHERE embedded_schema_id = :id';
const LOCK_DEFINITIONS = {
  name: 'schemas.lock_definitions',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('schema_definitions ' || $1, 0))`,
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
const FIELD_NAMES = {
  name: 'schemas.field_names',
  text: `
    SELECT field ->> 'id' AS id, field ->> 'name' AS name, array_agg(version ORDER BY version) AS versions
    FROM data_schema_versions, jsonb_array_elements(schema_definition -> 'fields') AS field
    WHERE schema_id = $1 AND project_id = $2 GROUP BY 1, 2 ORDER BY min(version), 2`,
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

  /** Lets one change of definitions at a time through in the project, until the transaction ends. */
  async lockDefinitions(scope: ProjectScope): Promise<void> {
    await this.db.query(LOCK_DEFINITIONS, [scope.projectId]);
  }

  /** Those of the ids that are schemas of the project. */
  async listByIds(scope: ProjectScope, ids: string[]): Promise<DataSchema[]> {
    return this.schemas.findBy({ id: In(ids), projectId: scope.projectId, status: Not(GONE) });
  }

  async listActive({ projectId }: ProjectScope): Promise<DataSchema[]> {
    return this.schemas.find({ where: { projectId, status: 'active' }, order: { id: 'ASC' } });
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
  ): Promise<DataSchemaVersion | null> {
    return this.db.repository(DataSchemaVersion).findOneBy({ schemaId, version, projectId: scope.projectId });
  }

  /** All names that the schema's fields have ever had. */
  async listFieldNames({ projectId }: Pick<ProjectScope, 'projectId'>, schemaId: string): Promise<FieldName[]> {
    return (await this.db.query<FieldName & object>(FIELD_NAMES, [schemaId, projectId])).rows;
  }

  /**
   * Replaces what is recorded of the schemas that this one refers to and of those that stand in it. `renamed` are references
   * that had another name before, with the version in which they got theirs.
   */
  async setLinks(
    scope: ProjectScope,
    schemaId: string,
    compiled: CompiledSchema,
    renamed: ReadonlyMap<string, number> = new Map(),
  ): Promise<void> {
    const { projectId } = scope;
    // Those that were deleted by force still stand in the definition.
    const named = [...compiled.references.map((reference) => reference.schemaId), ...compiled.embeds];
    const there = new Set((await this.listByIds(scope, [...new Set(named)])).map(({ id }) => id));
    const before = await this.db.repository(SchemaReference).findBy({ schemaId, projectId });
    const since = new Map(before.map(({ fieldName, sinceVersion }) => [fieldName, sinceVersion]));
    const found = compiled.references.filter((reference) => there.has(reference.schemaId));
    const references = found.map(({ field, schemaId: targetSchemaId }) => {
      const sinceVersion = renamed.get(field) ?? since.get(field) ?? 1;
      return { schemaId, fieldName: field, path: jsonPath(field), sinceVersion, targetSchemaId, projectId };
    });
    await this.db.repository(SchemaReference).delete({ schemaId, projectId });
    await this.db.repository(SchemaReference).insert(references);
    const embeddings = compiled.embeds
      .filter((id) => there.has(id))
      .map((embeddedSchemaId) => ({ schemaId, embeddedSchemaId, projectId }));
    await this.db.repository(SchemaEmbedding).delete({ schemaId, projectId });
    await this.db.repository(SchemaEmbedding).insert(embeddings);
  }

  /** The schemas in which this one stands, held against other changes until the transaction ends. */
  async listEmbedders(scope: ProjectScope, id: string): Promise<DataSchema[]> {
    const query = this.schemas.createQueryBuilder('s').where('s.projectId = :projectId', scope);
    query.andWhere("s.status <> 'deleting'").andWhere(`s.id IN (${EMBEDDERS})`, { id });
    return query.orderBy('s.id').setLock('for_no_key_update').getMany();
  }

  /** In how many schemas this one stands. */
  async countEmbedders({ projectId }: ProjectScope, id: string): Promise<number> {
    return this.db.repository(SchemaEmbedding).countBy({ embeddedSchemaId: id, projectId });
  }

  /** The names of other schemas that refer to this one, or in which it stands. */
  async listReferrers(scope: ProjectScope, id: string): Promise<string[]> {
    const query = this.schemas
      .createQueryBuilder('s')
      .where('s.projectId = :projectId AND s.id <> :id', { ...scope, id });
    const uses = `s.id IN (SELECT schema_id FROM schema_references WHERE target_schema_id = :id UNION ${EMBEDDERS})`;
    const found = await query.andWhere(uses, { id }).orderBy('s.name').limit(10).getMany();
    return found.map((schema) => schema.name);
  }

  private async keepVersion(scope: ProjectScope, schema: DataSchema): Promise<void> {
    await this.db.repository(DataSchemaVersion).insert({
      schemaId: schema.id,
      version: schema.version,
      projectId: schema.projectId,
      schemaDefinition: schema.schemaDefinition as never,
      embedded: schema.embedded as never,
      createdBy: scope.userId,
    });
  }

  private get schemas() {
    return this.db.repository(DataSchema);
  }
}

/** `lines[]/product` as a jsonpath. Names of fields have no quotes, slashes or brackets. */
function jsonPath(field: string): string {
  return `$${field
    .split('/')
    .map((step) => `."${step.replaceAll('[]', '')}"${'[*]'.repeat(step.split('[]').length - 1)}`)
    .join('')}`;
}
