import { Injectable } from '@nestjs/common';
import { copyOut } from '../../libs/database/copy-out.js';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { ComparisonPlan } from './comparison-plans.js';
import { comparisonQuery, countQuery, type Sides } from './comparison-query.js';

type Owner = Pick<ProjectScope, 'projectId'>;

const FIND_STOCKS = {
  name: 'comparisons.find_stocks',
  text: `
    SELECT environment.id, stock.id AS stock_id
    FROM environments AS environment
    LEFT JOIN stocks AS stock ON stock.environment_id = environment.id AND stock.schema_id = $3
    WHERE environment.project_id = $1 AND environment.id = ANY ($2::uuid[]) AND environment.status <> 'deleting'`,
};
/** JSON has neither of these characters, so nothing is quoted and each row stands as it is. */
const LINES = `FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'`;
/** In the place of a stock that has never had a record. */
const NO_STOCK = '00000000-0000-0000-0000-000000000000';

/** Comparing crosses domains by its nature: the records of two environments, and those that they refer to. */
@Injectable()
export class ComparisonsRepository {
  constructor(private readonly db: Database) {}

  /** The stocks of a schema in two environments; null where one of these is gone. */
  async findSides(owner: Owner, schemaId: string, here: string, there: string): Promise<Sides | null> {
    const values = [owner.projectId, [here, there], schemaId];
    const { rows } = await this.db.query<{ id: string; stock_id: string | null }>(FIND_STOCKS, values);
    const [first, second] = [here, there].map((id) => rows.find((row) => row.id === id));
    if (!first || !second) return null;
    return { ...owner, here: first.stock_id ?? NO_STOCK, there: second.stock_id ?? NO_STOCK };
  }

  /** How many records both sides have. Needs a transaction. */
  async count(plan: ComparisonPlan, sides: Sides, signal: AbortSignal): Promise<number> {
    let text = '';
    for await (const bytes of copyOut(this.db, countQuery(plan, sides), LINES, signal)) text += bytes.toString();
    return Number(text);
  }

  /** The compared records as lines, all as they are at one moment. Needs a transaction. */
  compare(plan: ComparisonPlan, sides: Sides, signal: AbortSignal): AsyncGenerator<Buffer> {
    return copyOut(this.db, comparisonQuery(plan, sides), LINES, signal);
  }
}
