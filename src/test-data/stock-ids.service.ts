import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import { StocksRepository } from './stocks.repository.js';

type Owner = Pick<ProjectScope, 'projectId'>;

/** The ids of stocks, for domains that work on whole stocks. */
@Injectable()
export class StockIds {
  constructor(private readonly stocks: StocksRepository) {}

  /** The stock of a schema in an environment; null before it has had a record. */
  async find(owner: Owner, schemaId: string, environmentId: string): Promise<string | null> {
    return this.stocks.find(owner, schemaId, environmentId);
  }

  /** The same, made where it is not there yet. Throws 404 where the schema or the environment is gone. */
  async ensure(owner: Owner, schemaId: string, environmentId: string): Promise<string> {
    return this.stocks.ensure(owner, schemaId, environmentId);
  }
}
