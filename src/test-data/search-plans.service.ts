import { Injectable } from '@nestjs/common';
import { type FieldError, Invalid } from '../../libs/errors/errors.js';
import type { FieldDefinition } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { SavedFiltersService } from '../record-filters/saved-filters.service.js';
import { SchemasService } from '../schemas/schemas.service.js';
import { filterSql } from './record-filter.js';
import type { RecordFilter } from './record-filter.dto.js';
import { readOrder } from './record-order.js';
import { type RecordQuestion, unindexedFields } from './record-search-query.js';
import { readyOnes } from './search-conditions.js';
import { type KnownSearchField } from './search-fields.repository.js';
import { SearchFieldsService } from './search-fields.service.js';
import { StockCountsService } from './stock-counts.service.js';

/** Largest stock in which records are searched for by fields that are not searchable. */
const MAX_SEARCHED = 100_000;

/** What is asked of a schema's records. */
export interface RecordSearchRequest {
  filter?: RecordFilter;
  filter_id?: string;
  sort?: string;
  search?: string;
}

/** Works out what a request asks for, and whether a stock of this size can be asked. */
@Injectable()
export class SearchPlans {
  constructor(
    private readonly schemas: SchemasService,
    private readonly searchable: SearchFieldsService,
    private readonly saved: SavedFiltersService,
    private readonly counts: StockCountsService,
  ) {}

  /** Throws 404 for a filter that is not there, 422 for an order that is none, and where the stock is too large for what is asked. */
  async question(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    { filter, filter_id, sort, search }: RecordSearchRequest,
  ): Promise<RecordQuestion> {
    const { schemaDefinition: definition } = await this.schemas.get(scope, schemaId);
    const saved = filter_id === undefined ? null : await this.saved.get(scope, schemaId, filter_id);
    // Also where there is no stock yet, and for a saved one that the schema has outgrown.
    if (filter) filterSql(filter, definition, 1);
    if (saved) filterSql(saved.filter, definition, 1, '/filter_id');
    const known = await this.searchable.list(scope, schemaId);
    const question: RecordQuestion = {
      definition,
      names: await this.schemas.listFieldNames(scope, schemaId),
      searchable: readyOnes(known),
      filters: [...(saved ? [saved.filter] : []), ...(filter ? [filter] : [])],
      text: search ?? null,
      order: readOrder(sort ?? saved?.sort ?? 'created_at', definition),
    };
    const fields = unindexedFields(question);
    if (fields.length === 0 && search === undefined) return question;
    const { active, used, invalid } = await this.counts.get(scope, schemaId, environmentId);
    if (active + used + invalid > MAX_SEARCHED) throw tooLarge(fields, known, search !== undefined);
    return question;
  }
}

function tooLarge(fields: FieldDefinition[], known: Map<string, KnownSearchField>, byText: boolean): Invalid {
  const errors = fields.map((field): FieldError => {
    const own = known.get(field.id);
    const parameter = `values.${field.name}`;
    if (own && !own.is_ready && !own.is_over) {
      const detail = `${field.name} is being made searchable by the run ${own.run_id}: ask again when that has succeeded`;
      return { parameter, code: 'index_building', detail };
    }
    if (own && !own.is_ready) {
      const detail = `the run ${own.run_id} that was to make ${field.name} searchable did not succeed: retry it, or save the definition again`;
      return { parameter, code: 'index_failed', detail };
    }
    const detail = own
      ? `contains looks at every record, also where the field is searchable (${field.name} is)`
      : `${field.name} is not searchable: set \`searchable\` to true on it in the definition of the schema`;
    return { parameter, code: 'not_searchable', detail };
  });
  if (byText) {
    const detail = `values can be searched for while a stock has at most ${MAX_SEARCHED} records; this one has more`;
    errors.push({ parameter: 'search', code: 'stock_too_large', detail });
  }
  const why = errors.map(({ detail }) => detail).join('; ');
  return new Invalid('search.stock_too_large', `The stock has more than ${MAX_SEARCHED} records: ${why}.`, errors);
}
