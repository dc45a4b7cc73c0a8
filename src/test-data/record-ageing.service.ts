import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { RecordMomentsRepository } from './record-moments.repository.js';

/** Whatever has a record's id and its stored values. */
interface HasValues {
  id: string;
  data_values: Record<string, unknown>;
}

/** Shows records as of another moment than the one that they were made for. What is stored stays. */
@Injectable()
export class RecordAgeing {
  constructor(
    private readonly schemas: CompiledSchemas,
    private readonly moments: RecordMomentsRepository,
  ) {}

  /** The same records with their values as of the moment; null leaves them as they are stored. */
  async asOf<T extends HasValues>(
    owner: Pick<ProjectScope, 'projectId'>,
    records: readonly T[],
    at: Date | null,
  ): Promise<T[]> {
    if (at === null || records.length === 0) return [...records];
    const ids = records.map(({ id }) => id);
    const moments = await this.moments.list(owner, ids);
    const aged: T[] = [];
    for (const record of records) {
      const known = moments.get(record.id);
      // Deleted meanwhile.
      if (!known) aged.push(record);
      else {
        const schema = await this.schemas.load(owner, known.schema_id, known.schema_version);
        aged.push({ ...record, data_values: schema.asOf(record.data_values, known.moment.getTime(), at.getTime()) });
      }
    }
    return aged;
  }
}
