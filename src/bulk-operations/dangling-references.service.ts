import { Injectable } from '@nestjs/common';
import type { CompiledSchema, Problem } from '../../libs/generator/index.js';
import type { BulkStock } from './bulk-operations.jobs.js';
import { BulkRecordsRepository } from './bulk-records.repository.js';

/** Values with what is wrong with them so far. */
interface CheckedValues {
  values: Record<string, unknown>;
  problems: Problem[];
}

/** Finds references to records that are not there. */
@Injectable()
export class DanglingReferences {
  constructor(private readonly records: BulkRecordsRepository) {}

  /** Adds a problem for each, to those with which nothing is wrong otherwise. */
  async add(
    owner: { projectId: string },
    { environment_id }: BulkStock,
    schema: CompiledSchema,
    checked: readonly CheckedValues[],
  ): Promise<void> {
    if (schema.references.length === 0) return;
    const links = checked.flatMap((each) =>
      each.problems.length > 0 ? [] : schema.links(each.values).map((link) => ({ ...link, each })),
    );
    for (const schemaId of new Set(links.map((link) => link.schemaId))) {
      const own = links.filter((link) => link.schemaId === schemaId);
      const ids = [...new Set(own.map(({ id }) => id.toLowerCase()))];
      const existing = new Set(await this.records.listExisting(owner, schemaId, environment_id, ids));
      for (const { each, field, id, pointer } of own.filter((link) => !existing.has(link.id.toLowerCase()))) {
        const message = `${field} refers to the record ${id} of schema ${schemaId}, which is not in this environment`;
        each.problems.push({ pointer, code: 'reference', message });
      }
    }
  }
}
