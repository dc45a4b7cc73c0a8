import { Injectable } from '@nestjs/common';
import { Conflict } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { DefinitionsService } from './definitions.service.js';
import { SchemasRepository } from './schemas.repository.js';

/** Most schemas in which one may stand: each is compiled anew, within the request, when it changes. */
const MOST = 50;

/** The schemas in which a schema stands. */
@Injectable()
export class EmbeddersService {
  constructor(
    private readonly schemas: SchemasRepository,
    private readonly definitions: DefinitionsService,
  ) {}

  /** Throws 409 `schema.embedded_too_often` where one of the schemas stands in too many others. Needs a transaction. */
  async requireFew(scope: ProjectScope, embedded: readonly string[]): Promise<void> {
    for (const id of embedded) {
      if ((await this.schemas.countEmbedders(scope, id)) <= MOST) continue;
      throw new Conflict('schema.embedded_too_often', `The schema ${id} may stand in ${MOST} others at most.`);
    }
  }

  /**
   * Gives each schema in which this one stands a new version with this one as it is now. Needs a transaction. Throws 409
   * `schema.breaks_others` where one of them would not be valid any more.
   */
  async follow(scope: ProjectScope, id: string): Promise<void> {
    for (const embedder of await this.schemas.listEmbedders(scope, id)) {
      const together = await this.definitions.together(scope, embedder);
      if (together.problems) {
        const reasons = together.problems.map(({ message }) => message).join('; ');
        const detail = `The schema ${embedder.name}, in which this one stands, would not be valid any more: ${reasons}.`;
        throw new Conflict('schema.breaks_others', detail);
      }
      const { embedded, compiled } = together;
      await this.schemas.update(scope, embedder.id, { version: embedder.version + 1, embedded });
      await this.schemas.setLinks(scope, embedder.id, compiled);
    }
  }
}
