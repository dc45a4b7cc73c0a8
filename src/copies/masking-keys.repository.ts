import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';

const ENSURE = {
  name: 'masking_keys.ensure',
  text: `
    INSERT INTO masking_keys (organization_id, user_id, secret) SELECT organization_id, user_id, $2 FROM projects WHERE id = $1
    ON CONFLICT DO NOTHING`,
};
const FIND = {
  name: 'masking_keys.find',
  text: `
    SELECT key.secret FROM masking_keys AS key JOIN projects AS project
      ON project.organization_id = key.organization_id OR project.user_id = key.user_id
    WHERE project.id = $1`,
};

/** The keys for masking. The API's role may not read them. */
@Injectable()
export class MaskingKeysRepository {
  constructor(private readonly db: Database) {}

  /** The key of the organization, or the person, to whom the project belongs; made where there is none. 32 bytes. */
  async get(owner: Pick<ProjectScope, 'projectId'>): Promise<Buffer> {
    const found = await this.find(owner);
    if (found) return found;
    // At once, so that nobody masks with a key that is rolled back afterwards.
    await this.db.apart(() => this.db.query(ENSURE, [owner.projectId, randomBytes(32)]));
    const made = await this.find(owner);
    if (!made) throw new Error(`The project ${owner.projectId} is gone`);
    return made;
  }

  private async find({ projectId }: Pick<ProjectScope, 'projectId'>): Promise<Buffer | null> {
    return (await this.db.query<{ secret: Buffer }>(FIND, [projectId])).rows[0]?.secret ?? null;
  }
}
