import { Injectable } from '@nestjs/common';
import type { RunState } from './job-run.entity.js';
import { RunFiguresRepository } from './run-figures.repository.js';

/** Figures over all projects, for whoever watches the installation. */
@Injectable()
export class RunFiguresService {
  constructor(private readonly figures: RunFiguresRepository) {}

  /** How many runs are in each state; ended ones count until they are forgotten. */
  async runsByState(): Promise<Record<RunState, number>> {
    const none = { queued: 0, running: 0, paused: 0, succeeded: 0, failed: 0, cancelled: 0 };
    return { ...none, ...(await this.figures.runsByState()) };
  }

  /** Seconds since the slice was queued that has waited longest for a worker; 0 where none waits. */
  async lagSeconds(): Promise<number> {
    return this.figures.lagSeconds();
  }
}
