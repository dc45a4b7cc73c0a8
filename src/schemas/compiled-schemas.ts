import { Injectable } from '@nestjs/common';
import { compile, type CompiledSchema, ENGINE_VERSION } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { DataSchema } from './data-schema.entity.js';
import { compileOverridden } from './overridden-schema.js';
import type { Overrides } from './overrides.js';
import { SchemasRepository } from './schemas.repository.js';

/** What the compiled schemas that a process keeps may weigh together; the least recently used goes first. */
const MAX_WEIGHT = 100_000;

type Stored = Pick<DataSchema, 'schemaDefinition' | 'embedded'>;

/** A schema as it is now. */
export interface HeldSchema {
  schema: CompiledSchema;
  name: string;
  version: number;
}

/** Compiles a definition as it is stored, for the newest engine or the one that is given. */
export function compileStored({ schemaDefinition, embedded }: Stored, engine = ENGINE_VERSION): CompiledSchema {
  return compile(schemaDefinition, { engine, resolve: (id) => embedded[id] });
}

/** Compiled definitions by schema, version and engine. A version never changes, so what is here never goes stale. */
@Injectable()
export class CompiledSchemas {
  private readonly kept = new Map<string, CompiledSchema>();
  private weight = 0;

  constructor(private readonly schemas: SchemasRepository) {}

  /** Compiles the schema, or takes it from the kept ones. */
  of(schema: Stored & Pick<DataSchema, 'id' | 'version'>): CompiledSchema {
    const key = keyOf(schema.id, schema.version);
    return this.find(key) ?? this.keep(key, compileStored(schema));
  }

  /** The same for a version that is not at hand, and an engine that a run recorded. Throws where the schema never had this version. */
  async load(
    scope: Pick<ProjectScope, 'projectId'>,
    schemaId: string,
    version: number,
    engine = ENGINE_VERSION,
  ): Promise<CompiledSchema> {
    const key = keyOf(schemaId, version, engine);
    const kept = this.find(key);
    if (kept) return kept;
    const stored = await this.schemas.findVersion(scope, schemaId, version);
    if (!stored) throw new Error(`Schema ${schemaId} has no version ${version}`);
    return this.keep(key, compileStored(stored, engine));
  }

  /** A version with other rules for some fields, as a run recorded them. Throws OverridesError where they do not go with it. */
  async loadOverridden(
    scope: Pick<ProjectScope, 'projectId'>,
    schemaId: string,
    version: number,
    overrides: Overrides,
    engine = ENGINE_VERSION,
  ): Promise<CompiledSchema> {
    const base = await this.load(scope, schemaId, version, engine);
    if (Object.keys(overrides).length === 0) return base;
    const key = `${keyOf(schemaId, version, engine)} ${JSON.stringify(overrides)}`;
    const kept = this.find(key);
    if (kept) return kept;
    const stored = await this.schemas.findVersion(scope, schemaId, version);
    if (!stored) throw new Error(`Schema ${schemaId} has no version ${version}`);
    return this.keep(key, compileOverridden(base, stored, overrides));
  }

  /** The schema as it is now, whose unique keys stay so until the transaction ends; null where it is gone. */
  async hold(scope: Pick<ProjectScope, 'projectId'>, schemaId: string): Promise<CompiledSchema | null> {
    return (await this.holdVersion(scope, schemaId))?.schema ?? null;
  }

  /** The same with its name and the number of its version. */
  async holdVersion(scope: Pick<ProjectScope, 'projectId'>, schemaId: string): Promise<HeldSchema | null> {
    await this.schemas.holdKeys(scope, schemaId);
    const schema = await this.schemas.find(scope, schemaId);
    return schema && { schema: this.of(schema), name: schema.name, version: schema.version };
  }

  private find(key: string): CompiledSchema | undefined {
    const compiled = this.kept.get(key);
    if (compiled) (this.kept.delete(key), this.kept.set(key, compiled));
    return compiled;
  }

  private keep(key: string, compiled: CompiledSchema): CompiledSchema {
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

function keyOf(schemaId: string, version: number, engine = ENGINE_VERSION): string {
  return `${schemaId}.${version}.${engine}`;
}
