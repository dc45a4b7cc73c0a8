import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { Database } from '../../libs/database/database.js';
import { EndedRunsRepository } from './ended-runs.repository.js';
import { RunFilesService } from './run-files.service.js';

/** Forgets runs that have been over for long, and what came in for runs that there never were. */
@Injectable()
export class EndedRunsService {
  private readonly log = new Logger(EndedRunsService.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly runs: EndedRunsRepository,
    private readonly files: RunFilesService,
  ) {}

  /** Removes up to a hundred of them with their files; where its files cannot be removed, a run stays until the next round. */
  async sweep(): Promise<void> {
    for (const id of await this.runs.listOld(this.config.keepRunsDays, 100)) {
      await this.db
        .transaction(() => this.remove(id))
        .catch((error: Error) => this.log.warn(`The run ${id} could not be removed: ${error.message}`));
    }
  }

  /** Removes what was stored for runs that were not recorded: the process ended before. */
  async sweepUploads(): Promise<void> {
    await this.db.transaction(async () => {
      for (const id of await this.runs.takeLostUploads()) await this.files.removeAll(id);
    });
  }

  /** A retry waits for the row, and then finds no run any more. */
  private async remove(id: string): Promise<void> {
    if (!(await this.runs.remove(id))) return;
    await this.files.removeAll(id);
  }
}
