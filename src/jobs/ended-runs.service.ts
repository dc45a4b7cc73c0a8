import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { Storage } from '../../libs/storage/storage.js';
import { runFolder } from './run-files.service.js';
import { SlicesRepository } from './slices.repository.js';

/** Forgets runs that have been over for long. */
@Injectable()
export class EndedRunsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly slices: SlicesRepository,
    private readonly storage: Storage,
  ) {}

  /** Removes up to a hundred of them with their files; the files first, which nobody would find afterwards. */
  async sweep(): Promise<void> {
    for (const id of await this.slices.listOldRuns(this.config.keepRunsDays, 100)) {
      await this.storage.removeAll(runFolder(id));
      await this.slices.removeRun(id);
    }
  }
}
