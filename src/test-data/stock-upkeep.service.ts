import { Injectable } from '@nestjs/common';
import type { CompiledSchema, SchemaDefinition } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { SearchFieldsService } from './search-fields.service.js';
import { searchDiffers } from './searchable-fields.js';
import { StockKeysService } from './stock-keys.service.js';

/** What is kept beside the records of a schema: values under unique keys, and those of searchable fields. */
@Injectable()
export class StockUpkeep {
  constructor(
    private readonly keys: StockKeysService,
    private readonly search: SearchFieldsService,
  ) {}

  /** Whether a change of the definition has to wait for those who make records. */
  needsLock(before: CompiledSchema, after: CompiledSchema): boolean {
    return before.keys.length + after.keys.length > 0 || searchDiffers(before.definition, after.definition);
  }

  /** For a schema that has no records yet. */
  async begin(scope: ProjectScope, schemaId: string, definition: SchemaDefinition): Promise<void> {
    await this.search.followDefinition(scope, schemaId, definition);
  }

  /** Brings it to a new definition. Throws 409 `schema.not_unique`, `schema.too_many_records`. */
  async followDefinition(
    scope: ProjectScope,
    schemaId: string,
    before: CompiledSchema,
    after: CompiledSchema,
    load: (version: number) => Promise<SchemaDefinition | null>,
  ): Promise<void> {
    await this.keys.followDefinition(scope, schemaId, before, after, load);
    await this.search.followDefinition(scope, schemaId, after.definition);
  }
}
