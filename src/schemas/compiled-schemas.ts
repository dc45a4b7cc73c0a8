import { Injectable } from '@nestjs/common';
import { compile, type CompiledSchema, type SchemaDefinition } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { SchemasRepository } from './schemas.repository.js';

/** What the compiled schemas that a process keeps may weigh together; the least recently used goes first. */
const MAX_WEIGHT = 100_000;

/** Compiled definitions by schema and version. A version never changes, so what is here never goes stale. */
@Injectable()
export class CompiledSchemas {
  private readonly kept = new Map<string, CompiledSchema>();
  private weight = 0;

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
    const key = `${schemaId}.${version}`;
    this.weight += compiled.weight - (this.kept.get(key)?.weight ?? 0);
    this.kept.set(key, compiled);
    for (const [oldest, { weight }] of this.kept) {
      if (this.weight <= MAX_WEIGHT) break;
      this.kept.delete(oldest);
      this.weight -= weight;
    }
    return compiled;
  }
}
