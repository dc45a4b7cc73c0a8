import { Injectable } from '@nestjs/common';
import { compile, type CompiledSchema, type SchemaDefinition } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { SchemasRepository } from './schemas.repository.js';

/** How many compiled schemas a process keeps; the least recently used goes first. */
const CAPACITY = 500;

/** Compiled definitions by schema and version. A version never changes, so what is here never goes stale. */
@Injectable()
export class CompiledSchemas {
  private readonly kept = new Map<string, CompiledSchema>();

  constructor(private readonly schemas: SchemasRepository) {}

  /** Compiles the definition, or takes it from the kept ones. */
  of(schemaId: string, version: number, definition: SchemaDefinition): CompiledSchema {
    return this.find(schemaId, version) ?? this.keep(schemaId, version, compile(definition));
  }

  /** The same where the definition is not at hand. Throws where the schema never had this version. */
  async load(scope: Pick<ProjectScope, 'projectId'>, schemaId: string, version: number): Promise<CompiledSchema> {
    const kept = this.find(schemaId, version);
    if (kept) return kept;
    const definition = await this.schemas.findVersion(scope, schemaId, version);
    if (!definition) throw new Error(`Schema ${schemaId} has no version ${version}`);
    return this.keep(schemaId, version, compile(definition));
  }

  /** The schema as it is now, whose unique keys stay so until the transaction ends; null where it is gone. */
  async hold(scope: Pick<ProjectScope, 'projectId'>, schemaId: string): Promise<CompiledSchema | null> {
    await this.schemas.holdKeys(scope, schemaId);
    const schema = await this.schemas.find(scope, schemaId);
    return schema && this.of(schemaId, schema.version, schema.schemaDefinition);
  }

  private find(schemaId: string, version: number): CompiledSchema | undefined {
    const key = `${schemaId}.${version}`;
    const compiled = this.kept.get(key);
    if (compiled) (this.kept.delete(key), this.kept.set(key, compiled));
    return compiled;
  }

  private keep(schemaId: string, version: number, compiled: CompiledSchema): CompiledSchema {
    this.kept.set(`${schemaId}.${version}`, compiled);
    const oldest = this.kept.size > CAPACITY ? this.kept.keys().next().value : undefined;
    if (oldest !== undefined) this.kept.delete(oldest);
    return compiled;
  }
}
