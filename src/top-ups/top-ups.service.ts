import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { DomainError, Forbidden, NotFound } from '../../libs/errors/errors.js';
import { AccessService } from '../access/access.service.js';
import { GenerationService } from '../test-data/generation.service.js';
import { type DueTopUp, type TopUpFailure, TopUpsRepository } from './top-ups.repository.js';

/** Failures in a row after which no further attempt is made, and seconds after the first one. */
const MOST = 5;
const WAIT = 60;
/** Longest reason that is kept. */
const LONGEST = 1_000;

/** Starts the runs that fill stocks up. */
@Injectable()
export class TopUps {
  private readonly log = new Logger('top-ups');

  constructor(
    private readonly db: Database,
    private readonly topUps: TopUpsRepository,
    private readonly access: AccessService,
    private readonly generation: GenerationService,
  ) {}

  /** Looks after all stocks that are too low; for the worker to call now and then. */
  async sweep(): Promise<void> {
    await this.topUps.forgive();
    for (const { id } of await this.topUps.listDue()) await this.look(id);
  }

  /** One run, however many workers look: whoever holds the threshold sees whether a run goes on. */
  private async look(id: string): Promise<void> {
    try {
      await this.db.transaction(async () => {
        const due = await this.topUps.takeDue(id);
        if (due?.failure) await this.topUps.failed(id, failureOf(due, due.failure));
        else if (due) await this.start(due);
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await this.refused(id, error);
    }
  }

  private async start(due: DueTopUp): Promise<void> {
    const { id, schema_id: schemaId, environment_id: environmentId, missing: count } = due;
    if (due.user_status !== 'active') {
      throw new Forbidden('user.not_active', `The account as which it runs is ${due.user_status}.`);
    }
    const scope = await this.access.scope({ userId: due.runs_as }, 'schema', schemaId, 'write');
    const run = await this.generation.start(scope, schemaId, environmentId, { count });
    await this.topUps.started(id, run.id);
    this.log.log({ message: 'A stock is filled up.', run_id: run.id, rows: count });
  }

  /** In a transaction of its own: that of the start is rolled back, with all that it had begun. */
  private async refused(id: string, cause: DomainError): Promise<void> {
    const isLasting = cause instanceof Forbidden || cause instanceof NotFound;
    const error = [cause.message, ...cause.errors.map(({ detail }) => detail)].join(' ');
    await this.db.transaction(async () => {
      const due = await this.topUps.takeDue(id);
      if (!due) return;
      const failure = failureOf(due, error);
      await this.topUps.failed(id, isLasting ? { ...failure, retryIn: null } : failure);
    });
    this.log.warn({ message: 'A stock cannot be filled up.', threshold_id: id, error });
  }
}

function failureOf({ failures }: DueTopUp, error: string): TopUpFailure {
  const retryIn = failures + 1 < MOST ? WAIT * 2 ** failures : null;
  return { error: error.slice(0, LONGEST), retryIn };
}
