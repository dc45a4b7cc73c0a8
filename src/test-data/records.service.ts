import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { Conflict } from '../../libs/errors/errors.js';
import type { CompiledSchema } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { RecordRow } from './record.dto.js';
import { RecordsRepository } from './records.repository.js';
import { RecordValues } from './record-values.js';
import { writingRecords } from './deleted-meanwhile.js';
import { RecordWriter } from './record-writer.js';

@Injectable()
export class RecordsService {
  constructor(
    private readonly db: Database,
    private readonly environments: EnvironmentsService,
    private readonly values: RecordValues,
    private readonly records: RecordsRepository,
    private readonly writer: RecordWriter,
  ) {}

  /** Throws 409 `record.duplicate`, 422 with every rule that the values break. */
  async create(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    given: Record<string, unknown>,
  ): Promise<RecordRow> {
    await this.environments.getWritable(scope, environmentId);
    const id = await this.writing(async () => {
      const { stockId, schema, version, values } = await this.values.accept(scope, schemaId, environmentId, given);
      const row = { json: JSON.stringify(values), keys: schema.keysOf(values) };
      const [inserted] = await this.writer.insert(scope, schema, [row], { stockId, schemaVersion: version });
      if (!inserted) throw duplicate(schema);
      return inserted;
    });
    return this.get(scope, id);
  }

  async get(scope: ProjectScope, id: string): Promise<RecordRow> {
    return this.values.inOrder(scope, await this.records.getOrThrow(scope, id));
  }

  /** The stock of a schema in an environment; null before it has had a record. */
  async findStock(scope: ProjectScope, schemaId: string, environmentId: string): Promise<string | null> {
    return this.values.findStock(scope, schemaId, environmentId);
  }

  /** Replaces all values. Throws 409 `record.duplicate`, 422 with every rule that the values break. */
  async update(scope: ProjectScope, id: string, given: Record<string, unknown>): Promise<RecordRow> {
    await this.writing(async () => {
      const current = await this.records.getOrThrow(scope, id, true);
      await this.environments.getWritable(scope, current.environment_id);
      const { schema, version, values } = await this.values.accept(
        scope,
        current.schema_id,
        current.environment_id,
        given,
      );
      const known = await this.values.underCurrentNames(scope, schema, current);
      if (!(await this.writer.update(scope, schema, known, values, version))) throw duplicate(schema);
    });
    return this.get(scope, id);
  }

  /** In a protected environment this needs `admin`. */
  async remove(scope: ProjectScope, id: string): Promise<void> {
    await this.writing(async () => {
      const current = await this.records.getOrThrow(scope, id, true);
      await this.environments.getForBulk(scope, current.environment_id);
      const schema = await this.values.currentSchema(scope, current.schema_id);
      await this.writer.remove(scope, schema, await this.values.underCurrentNames(scope, schema, current));
    });
  }

  /** Throws 409 `record.not_active`. */
  async markUsed(scope: ProjectScope, id: string): Promise<RecordRow> {
    const { environment_id, status } = await this.records.getOrThrow(scope, id);
    await this.environments.getWritable(scope, environment_id);
    if (!(await this.records.markUsed(scope, id))) {
      throw new Conflict('record.not_active', `The record is ${status}, not active.`);
    }
    return this.get(scope, id);
  }

  /** Throws 409 `record.active`. */
  async reactivate(scope: ProjectScope, id: string): Promise<RecordRow> {
    const { environment_id } = await this.records.getOrThrow(scope, id);
    await this.environments.getWritable(scope, environment_id);
    if (!(await this.records.reactivate(scope, id)))
      throw new Conflict('record.active', 'The record is active already.');
    return this.get(scope, id);
  }

  /** Takes the record out of use. Throws 409 `record.is_invalid`. */
  async invalidate(scope: ProjectScope, id: string, reason: string): Promise<RecordRow> {
    const { environment_id } = await this.records.getOrThrow(scope, id);
    await this.environments.getWritable(scope, environment_id);
    if (!(await this.records.invalidate(scope, id, reason)))
      throw new Conflict('record.is_invalid', 'The record is invalid already.');
    return this.get(scope, id);
  }

  private async writing<T>(write: () => Promise<T>): Promise<T> {
    return writingRecords(() => this.db.transaction(write));
  }
}

function duplicate(schema: CompiledSchema): Conflict {
  const keys = schema.keys.map((key) => key.fields.join(' and ')).join('; ');
  return new Conflict('record.duplicate', `Another record of the stock has the same value; unique are: ${keys}.`);
}
