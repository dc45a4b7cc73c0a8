import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { SearchKind } from './search.entity.js';

type Owner = Pick<ProjectScope, 'projectId'>;

/** A searchable field as it is kept. */
export interface KnownSearchField {
  no: number;
  field_id: string;
  kind: SearchKind;
  is_ready: boolean;
  /** The run that puts in the values of the records that were there before. */
  run_id: string | null;
  /** Whether that run is over, however it ended. */
  is_over: boolean;
}

const LIST = {
  name: 'search_fields.list',
  text: `
    SELECT field.no, field.field_id, field.kind, field.is_ready, field.run_id,
      NOT field.is_ready AND (run.id IS NULL OR run.finished_at IS NOT NULL) AS is_over
    FROM search_fields AS field LEFT JOIN job_runs AS run ON run.id = field.run_id
    WHERE field.project_id = $1 AND field.schema_id = $2 ORDER BY field.no`,
};
const ADD = {
  name: 'search_fields.add',
  text: `
    INSERT INTO search_fields (project_id, schema_id, field_id, kind, is_ready)
    SELECT $1, $2, given.field_id, given.kind, $5 FROM unnest($3::text[], $4::text[]) AS given (field_id, kind)
    RETURNING no`,
};
const REMOVE = {
  name: 'search_fields.remove',
  text: 'DELETE FROM search_fields WHERE project_id = $1 AND no = ANY ($2::integer[])',
};
const SET_RUN = {
  name: 'search_fields.set_run',
  text: 'UPDATE search_fields SET run_id = $3 WHERE project_id = $1 AND no = ANY ($2::integer[])',
};
const MARK_READY = {
  name: 'search_fields.mark_ready',
  text: 'UPDATE search_fields SET is_ready = true WHERE project_id = $1 AND no = ANY ($2::integer[])',
};
const NEXT = {
  name: 'search_fields.next_records',
  text: 'SELECT id FROM test_data WHERE project_id = $1 AND stock_id = $2 AND id > $3 ORDER BY id LIMIT $4',
};
const INDEX = { name: 'search_fields.index', text: 'SELECT index_records($1, $2)' };
const DROP = {
  name: 'search_fields.drop_values',
  text: `
    DELETE FROM search_values WHERE (record_id, field_no) IN (
      SELECT record_id, field_no FROM search_values WHERE field_no = ANY ($1::integer[]) LIMIT $2)`,
};

@Injectable()
export class SearchFieldsRepository {
  constructor(private readonly db: Database) {}

  async list({ projectId }: Owner, schemaId: string): Promise<KnownSearchField[]> {
    return (await this.db.query<KnownSearchField & object>(LIST, [projectId, schemaId])).rows;
  }

  /** Answers the numbers of the new fields. */
  async add({ projectId }: Owner, schemaId: string, fields: [string, SearchKind][], ready: boolean): Promise<number[]> {
    const [ids, kinds] = [fields.map(([id]) => id), fields.map(([, kind]) => kind)];
    const { rows } = await this.db.query<{ no: number }>(ADD, [projectId, schemaId, ids, kinds, ready]);
    return rows.map(({ no }) => no);
  }

  async remove({ projectId }: Owner, fields: number[]): Promise<void> {
    await this.db.query(REMOVE, [projectId, fields]);
  }

  async setRun({ projectId }: Owner, fields: number[], runId: string): Promise<void> {
    await this.db.query(SET_RUN, [projectId, fields, runId]);
  }

  async markReady({ projectId }: Owner, fields: number[]): Promise<void> {
    await this.db.query(MARK_READY, [projectId, fields]);
  }

  /** The ids of a stock's records behind the given one, in order. */
  async listRecords({ projectId }: Owner, stockId: string, after: string, limit: number): Promise<string[]> {
    const { rows } = await this.db.query<{ id: string }>(NEXT, [projectId, stockId, after, limit]);
    return rows.map(({ id }) => id);
  }

  /** Puts in the values of these records, where they are not there yet. */
  async index(_: Owner, records: string[], fields: number[]): Promise<void> {
    await this.db.query(INDEX, [records, fields]);
  }

  /** Removes up to `limit` values of fields that are no longer searchable; answers how many. */
  async dropValues(_: Owner, fields: number[], limit: number): Promise<number> {
    return (await this.db.query(DROP, [fields, limit])).rowCount ?? 0;
  }
}
