import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import { DataSource, type EntityManager, type EntityTarget, type ObjectLiteral, type Repository } from 'typeorm';

interface Transaction {
  manager: EntityManager;
  client: PoolClient;
  afterCommit: (() => Promise<void>)[];
}

/** A statement that PostgreSQL prepares once per connection under its name: plans are kept, and only values travel. */
export interface Statement {
  /** Unique in the program, at most 63 bytes. */
  name: string;
  text: string;
}

const SET_LOCAL = {
  name: 'database.set_local',
  text: 'SELECT set_config(given.name, given.value, true) FROM unnest($1::text[], $2::text[]) AS given (name, value)',
};

// PostgreSQL's manual, "PostgreSQL Error Codes".
const DEADLOCK = '40P01';
const MOST_TRIES = 5;

/** The database as repositories see it: inside `transaction`, everything they do joins that transaction. */
@Injectable()
export class Database {
  private readonly current = new AsyncLocalStorage<Transaction>();

  constructor(private readonly dataSource: DataSource) {}

  /** The TypeORM repository of an entity, bound to the current transaction if there is one. */
  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return (this.current.getStore()?.manager ?? this.dataSource.manager).getRepository(entity);
  }

  /** Runs a prepared statement, in the current transaction if there is one. */
  async query<R extends QueryResultRow>(statement: Statement, values: unknown[]): Promise<QueryResult<R>> {
    const runner = this.current.getStore()?.client ?? this.pool;
    return runner.query<R>({ name: statement.name, text: statement.text, values });
  }

  /** The connection of the current transaction, for COPY. Throws outside of one. */
  get client(): PoolClient {
    const transaction = this.current.getStore();
    if (!transaction) throw new Error('This needs a transaction');
    return transaction.client;
  }

  /**
   * Runs `work` in one transaction; a call within a call joins the outer one. Whatever it throws rolls everything back.
   * Where PostgreSQL ends the transaction to break a deadlock, all of it is done again, a few times at most.
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.current.getStore()) return work();
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (tries === MOST_TRIES || (error as { code?: string } | null)?.code !== DEADLOCK) throw error;
      }
    }
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const transaction: Transaction = { manager: runner.manager, client: await runner.connect(), afterCommit: [] };
    let result: T;
    try {
      await runner.startTransaction();
      result = await this.current.run(transaction, work);
      await runner.commitTransaction();
    } catch (error) {
      // A connection that is gone cannot roll back; PostgreSQL has done it then, and the first error is the one that counts.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
    for (const step of transaction.afterCommit) await step();
    return result;
  }

  /** Gives settings of our own, such as `testlake.actor`, values until the current transaction ends: triggers read them. */
  async setLocal(settings: Record<string, string>): Promise<void> {
    await this.client.query({ ...SET_LOCAL, values: [Object.keys(settings), Object.values(settings)] });
  }

  /** Runs `work`; what it has written is rolled back unless `keeps` says otherwise of its result. Needs a transaction. */
  async withSavepoint<T>(work: () => Promise<T>, keeps: (result: T) => boolean): Promise<T> {
    await this.client.query('SAVEPOINT part');
    const result = await work();
    // Rolled back alone it would stay, and a later roll-back of one around it would end here.
    await this.client.query(keeps(result) ? 'RELEASE part' : 'ROLLBACK TO part; RELEASE part');
    return result;
  }

  /** Runs `work` on connections of its own, outside of the current transaction. */
  async apart<T>(work: () => Promise<T>): Promise<T> {
    return this.current.exit(work);
  }

  /** Runs `step` once the current transaction has committed, or at once outside of one. */
  async afterCommit(step: () => Promise<void>): Promise<void> {
    const transaction = this.current.getStore();
    if (transaction) transaction.afterCommit.push(step);
    else await step();
  }

  /** The connections of this process: in use, idle, and how many statements wait for one. */
  connections(): { used: number; idle: number; waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}
