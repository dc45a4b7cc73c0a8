import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import { CompiledSchemas } from './compiled-schemas.js';
import { DefinitionsService } from './definitions.service.js';
import { type CheckResponse, toCheckResponse, type ValidateResponse } from './schema.dto.js';
import { SchemasRepository } from './schemas.repository.js';

/** Says what is wrong, and changes nothing. */
@Injectable()
export class SchemaChecksService {
  constructor(
    private readonly schemas: SchemasRepository,
    private readonly definitions: DefinitionsService,
    private readonly compiled: CompiledSchemas,
  ) {}

  /** What is wrong with the stored definition, field by field. */
  async validate(scope: ProjectScope, id: string): Promise<ValidateResponse> {
    const schema = await this.schemas.getOrThrow(scope, id);
    const problems = await this.definitions.problems(scope, schema);
    const fields = schema.schemaDefinition.fields.map((field, i) => {
      const own = problems.filter(({ pointer }) => `${pointer}/`.startsWith(`/fields/${i}/`));
      return { field_name: field.name, valid: own.length === 0, problems: own };
    });
    const rest = problems.filter(({ pointer }) => !/^\/fields\/\d+(\/|$)/.test(pointer));
    return { valid: problems.length === 0, fields, problems: rest };
  }

  /** Whether the values would be accepted as a record. */
  async check(scope: ProjectScope, id: string, values: Record<string, unknown>): Promise<CheckResponse> {
    const schema = this.compiled.of(await this.schemas.getOrThrow(scope, id));
    return toCheckResponse(schema.check(schema.completed(values)));
  }
}
