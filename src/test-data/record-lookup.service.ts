import { Injectable } from '@nestjs/common';
import { Invalid, NotFound } from '../../libs/errors/errors.js';
import { isMoment } from '../../libs/http/is-moment.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { askedKey, readKeyQuery } from './record-key.js';
import { RecordSearch } from './record-search.service.js';
import { RecordValues } from './record-values.js';
import type { RecordRow } from './record.dto.js';
import { StockKeysService } from './stock-keys.service.js';

/** Finds the one record that has certain values under a unique key. */
@Injectable()
export class RecordLookup {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly values: RecordValues,
    private readonly keys: StockKeysService,
    private readonly searches: RecordSearch,
  ) {}

  /** Throws 404 `record.not_found` naming the key, 422 where the query names no key of the schema. */
  async getByKey(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    query: Record<string, unknown>,
  ): Promise<RecordRow> {
    const { fields, asOf } = readKeyQuery(query);
    requireAsOf(asOf);
    const environment = await this.environments.get(scope, environmentId);
    const schema = await this.values.currentSchema(scope, schemaId);
    const { key, values, shown } = askedKey(schema, fields);
    const missing = new NotFound('record.not_found', `No record of the schema in ${environment.name} has ${shown}.`);
    const stockId = await this.values.findStock(scope, schemaId, environmentId);
    if (!stockId) throw missing;
    const texts = schema.keysOf(values).map((text, i) => (schema.keys[i] === key ? text : null));
    // The look-up is by what it would take: a record of this id takes nothing.
    const wanted = { id: stockId, keys: texts };
    const { entries } = await this.keys.entriesOf(scope, stockId, schema, [wanted]);
    const [holder] = await this.keys.findHolders(scope, entries);
    if (!holder) throw missing;
    return this.searches.get(scope, holder.record_id, asOf);
  }
}

function requireAsOf(asOf: string | undefined): void {
  if (asOf === undefined || asOf === 'now' || isMoment(asOf)) return;
  const detail = 'must be `now`, a date or an RFC 3339 date-time';
  throw new Invalid('request.invalid', 'The request breaks 1 rule; see errors.', [
    { parameter: 'as_of', code: 'is_as_of', detail: `as_of ${detail}` },
  ]);
}
