import { Injectable } from '@nestjs/common';
import type { AppliedRule, CompiledSchema, SchemaDefinition } from '../../libs/generator/index.js';
import { translating } from '../../libs/database/constraint.js';
import { Database } from '../../libs/database/database.js';
import type { Page } from '../../libs/database/page.js';
import { uuid7 } from '../../libs/database/uuid7.js';
import { Conflict, NotFound, PreconditionFailed } from '../../libs/errors/errors.js';
import { type ProjectScope, requireWritable } from '../access/project-scope.js';
import { StockUpkeep } from '../test-data/stock-upkeep.service.js';
import { compileStored } from './compiled-schemas.js';
import type { DataSchema } from './data-schema.entity.js';
import { DefinitionsService } from './definitions.service.js';
import { EmbeddersService } from './embedders.service.js';
import type { FieldName } from './field-name.js';
import type { CreateSchema, ListSchemas, UpdateSchema } from './schema.dto.js';
import { schemaTag } from './schema-tag.js';
import { SchemasRepository } from './schemas.repository.js';

export interface SavedSchema {
  schema: DataSchema;
  /** Rules that were added to what was given. */
  applied: AppliedRule[];
}

const namesDeleted = (): NotFound =>
  new NotFound('schema.not_found', 'A schema that the definition names was deleted meanwhile.');

const TAKEN = {
  schema_references_target_schema_id_fkey: namesDeleted,
  schema_embeddings_embedded_schema_id_fkey: namesDeleted,
  data_schemas_project_id_fkey: () => new NotFound('project.not_found', 'The project was deleted meanwhile.'),
  data_schemas_project_id_name_key: () =>
    new Conflict('schema.name_taken', 'Another schema of the project has this name.'),
};

@Injectable()
export class SchemasService {
  constructor(
    private readonly db: Database,
    private readonly schemas: SchemasRepository,
    private readonly definitions: DefinitionsService,
    private readonly embedders: EmbeddersService,
    private readonly upkeep: StockUpkeep,
  ) {}

  /** Throws 409 `schema.name_taken`, 422 `schema.invalid_definition`. */
  async create(scope: ProjectScope, given: CreateSchema): Promise<SavedSchema> {
    requireWritable(scope);
    return this.saving(async () => {
      await this.schemas.lockDefinitions(scope);
      const id = uuid7();
      const { definition, applied, embedded, compiled } = await this.definitions.read(
        scope,
        id,
        given.schema_definition,
      );
      const schema = await this.schemas.create(scope, {
        id,
        name: given.name,
        description: given.description ?? null,
        isReusable: given.is_reusable ?? true,
        schemaDefinition: definition,
        embedded,
      });
      await this.schemas.setLinks(scope, id, compiled);
      await this.embedders.requireFew(scope, compiled.embeds);
      await this.upkeep.begin(scope, id, definition);
      return { schema, applied };
    });
  }

  async list(scope: ProjectScope, query: ListSchemas): Promise<Page<DataSchema>> {
    return this.schemas.list(scope, query.search, query);
  }

  async get(scope: ProjectScope, id: string): Promise<DataSchema> {
    return this.schemas.getOrThrow(scope, id);
  }

  /** The schema as it is now, for a worker; null where it is gone. */
  async find(owner: Pick<ProjectScope, 'projectId'>, id: string): Promise<DataSchema | null> {
    return this.schemas.find(owner, id);
  }

  /** All names that the schema's fields have ever had: records keep those of their version. */
  async listFieldNames(owner: Pick<ProjectScope, 'projectId'>, id: string): Promise<FieldName[]> {
    return this.schemas.listFieldNames(owner, id);
  }

  /** All of the project's that are not archived. Throws 409 `project.archived`. */
  async listActive(scope: ProjectScope): Promise<DataSchema[]> {
    requireWritable(scope);
    return this.schemas.listActive(scope);
  }

  /** The schema, for use. Throws 409 `schema.archived`. */
  async getWritable(scope: ProjectScope, id: string): Promise<DataSchema> {
    requireWritable(scope);
    return writable(await this.schemas.getOrThrow(scope, id));
  }

  /** The same, for making records of it: its unique keys stay as they are until the transaction ends. Needs a transaction. */
  async hold(scope: ProjectScope, id: string): Promise<DataSchema> {
    await this.schemas.holdKeys(scope, id);
    return this.getWritable(scope, id);
  }

  /** Throws 409 `schema.name_taken`, `schema.archived`, `schema.breaks_others`; 412 where `ifMatch` is not the current tag; 422. */
  async update(scope: ProjectScope, id: string, given: UpdateSchema, ifMatch?: string): Promise<SavedSchema> {
    const { schema_definition, name, description, is_reusable, status } = given;
    return this.change(scope, id, ifMatch, async (current) => {
      if (current.status === 'archived' && status !== 'active') {
        throw new Conflict('schema.archived', 'The schema is archived; make it active first.');
      }
      const changes = { name, description, isReusable: is_reusable, status };
      return schema_definition ? { ...changes, definition: schema_definition } : changes;
    });
  }

  /** Changes the definition by what `edit` makes of the current one. */
  async editDefinition(
    scope: ProjectScope,
    id: string,
    ifMatch: string | undefined,
    edit: (current: SchemaDefinition) => unknown,
  ): Promise<SavedSchema> {
    return this.change(scope, id, ifMatch, async (current) => {
      if (current.status === 'archived') throw new Conflict('schema.archived', 'The schema is archived and read-only.');
      return { definition: edit(current.schemaDefinition) };
    });
  }

  /** Lets no definition of the project change until the transaction ends. */
  async lockDefinitions(scope: ProjectScope): Promise<void> {
    await this.schemas.lockDefinitions(scope);
  }

  /** The names of the schemas that refer to this one, or in which it stands. */
  async listReferrers(scope: ProjectScope, id: string): Promise<string[]> {
    return this.schemas.listReferrers(scope, id);
  }

  private async change(
    scope: ProjectScope,
    id: string,
    ifMatch: string | undefined,
    decide: (current: DataSchema) => Promise<Partial<DataSchema> & { definition?: unknown }>,
  ): Promise<SavedSchema> {
    requireWritable(scope);
    return this.saving(async () => {
      // Before the row: changes that each see only the other's past could close a circle, or miss what they embed.
      await this.schemas.lockDefinitions(scope);
      const current = await this.schemas.getForUpdate(scope, id);
      if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== schemaTag(current)) {
        throw new PreconditionFailed('schema.changed', 'The schema has changed since the version that If-Match names.');
      }
      const { definition: given, ...changes } = await decide(current);
      if (given === undefined) return { schema: await this.schemas.update(scope, id, changes), applied: [] };
      const { definition, applied, embedded, compiled } = await this.definitions.read(scope, id, given, current);
      const version = current.version + 1;
      const schema = await this.schemas.update(scope, id, {
        ...changes,
        version,
        schemaDefinition: definition,
        embedded,
      });
      const before = compileStored(current);
      await this.schemas.setLinks(scope, id, compiled, renamedReferences(before, compiled, version));
      await this.embedders.requireFew(scope, compiled.embeds);
      await this.followStocks(scope, current, before, compiled);
      await this.embedders.follow(scope, id);
      return { schema, applied };
    });
  }

  private async followStocks(
    scope: ProjectScope,
    current: DataSchema,
    before: CompiledSchema,
    after: CompiledSchema,
  ): Promise<void> {
    if (this.upkeep.needsLock(before, after)) await this.schemas.lockKeys(scope, current.id);
    const load = async (past: number): Promise<SchemaDefinition | null> =>
      (await this.schemas.findVersion(scope, current.id, past))?.schemaDefinition ?? null;
    await this.upkeep.followDefinition(scope, current.id, before, after, load);
  }

  private saving<T>(write: () => Promise<T>): Promise<T> {
    return translating(() => this.db.transaction(write), TAKEN);
  }
}

function writable(schema: DataSchema): DataSchema {
  if (schema.status === 'active') return schema;
  throw new Conflict('schema.archived', 'The schema is archived and read-only.');
}

/** The references that had another name in the version before, with this one. */
function renamedReferences(before: CompiledSchema, after: CompiledSchema, version: number): Map<string, number> {
  const names = new Map(before.references.map(({ fieldId, field }) => [fieldId, field]));
  const renamed = after.references.filter(({ fieldId, field }) => (names.get(fieldId) ?? field) !== field);
  return new Map(renamed.map(({ field }) => [field, version]));
}
