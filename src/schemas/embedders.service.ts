import { Injectable } from '@nestjs/common';
import { Conflict } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { DefinitionsService } from './definitions.service.js';
import { SchemasRepository } from './schemas.repository.js';

/** The schemas in which a schema stands. */
@Injectable()
export class EmbeddersService {
  constructor(
    private readonly schemas: SchemasRepository,
    private readonly definitions: DefinitionsService,
  ) {}

  /**
   * Gives each schema in which this one stands a new version with this one as it is now. Needs a transaction. Throws 409
   * `schema.breaks_others` where one of them would not be valid any more.
   */
  async follow(scope: ProjectScope, id: string): Promise<void> {
    for (const embedder of await this.schemas.listEmbedders(scope, id)) {
      const problems = await this.definitions.problems(scope, embedder);
      if (problems.length > 0) {
        const reasons = problems.map(({ message }) => message).join('; ');
        const detail = `The schema ${embedder.name}, in which this one stands, would not be valid any more: ${reasons}.`;
        throw new Conflict('schema.breaks_others', detail);
      }
      const { embedded, compiled } = await this.definitions.together(scope, embedder);
      await this.schemas.update(scope, embedder.id, { version: embedder.version + 1, embedded });
      await this.schemas.setLinks(scope, embedder.id, compiled);
    }
  }
}
