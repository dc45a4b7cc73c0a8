import { Injectable } from '@nestjs/common';
import { DomainError, type FieldError } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { GenerationService } from '../test-data/generation.service.js';
import { ManyGenerationService } from '../test-data/many-generation.service.js';
import type { ScheduledRun } from './scheduled-run.dto.js';

/** The runs that schedules start, by their types. */
@Injectable()
export class ScheduledRuns {
  constructor(
    private readonly generation: GenerationService,
    private readonly manyGeneration: ManyGenerationService,
  ) {}

  /** Throws what the caller could not start in any case; pointers lead into `run` of the request. */
  async check(scope: ProjectScope, run: ScheduledRun): Promise<void> {
    try {
      if (run.type === 'generate') await this.generation.check(scope, run.schema_id, run.environment_id, run);
      else await this.manyGeneration.check(scope, run.environment_id, run);
    } catch (error) {
      throw error instanceof DomainError ? withinRun(error) : error;
    }
  }

  /** Starts it, as if the scope's user had. */
  async start(scope: ProjectScope, run: ScheduledRun): Promise<JobRun> {
    if (run.type === 'generate') return this.generation.start(scope, run.schema_id, run.environment_id, run);
    return this.manyGeneration.start(scope, run.environment_id, run);
  }
}

type AnyDomainError = new (code: string, detail: string, errors: FieldError[]) => DomainError;

function withinRun(error: DomainError): DomainError {
  const errors = error.errors.map((each) => ({ ...each, pointer: `/run${each.pointer ?? ''}` }));
  return new (error.constructor as AnyDomainError)(error.code, error.message, errors);
}
