import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';
import { JobRunFile, JobRunUpload } from './job-run.entity.js';

@Injectable()
export class RunFilesRepository {
  constructor(private readonly db: Database) {}

  async add(part: JobRunFile): Promise<void> {
    await this.db.repository(JobRunFile).insert(part);
  }

  async addUpload({ projectId }: Pick<ProjectScope, 'projectId'>, runId: string): Promise<void> {
    await this.db.repository(JobRunUpload).insert({ runId, projectId });
  }

  /** Adds a part unless there is one in its place. */
  async addOnce(part: JobRunFile): Promise<void> {
    await this.db.repository(JobRunFile).createQueryBuilder().insert().values(part).orIgnore().execute();
  }

  async remove(runId: string, name: string): Promise<void> {
    await this.db.repository(JobRunFile).delete({ runId, name });
  }

  /** The parts of a file, in order. */
  async listParts(runId: string, name: string): Promise<JobRunFile[]> {
    return this.db.repository(JobRunFile).find({ where: { runId, name }, order: { part: 'ASC' } });
  }
}
