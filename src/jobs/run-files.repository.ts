import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { JobRunFile } from './job-run.entity.js';

@Injectable()
export class RunFilesRepository {
  constructor(private readonly db: Database) {}

  async add(part: JobRunFile): Promise<void> {
    await this.db.repository(JobRunFile).insert(part);
  }

  /** The parts of a file, in order. */
  async listParts(runId: string, name: string): Promise<JobRunFile[]> {
    return this.db.repository(JobRunFile).find({ where: { runId, name }, order: { part: 'ASC' } });
  }
}
