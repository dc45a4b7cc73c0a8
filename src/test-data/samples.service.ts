import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { GenerateSample, RecordRow } from './record.dto.js';
import { RecordsRepository } from './records.repository.js';
import { RecordValues } from './record-values.js';
import { SmallGenerationService } from './small-generation.service.js';

@Injectable()
export class SamplesService {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly values: RecordValues,
    private readonly generation: SmallGenerationService,
    private readonly records: RecordsRepository,
  ) {}

  /** Makes and stores sample records. Throws 409 `generation.not_enough_values`. */
  async make(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    { count, seed, overrides }: GenerateSample,
  ): Promise<RecordRow[]> {
    await this.environments.getWritable(scope, environmentId);
    const ids = await this.generation.make(scope, { schemaId, environmentId, count, seed, overrides });
    const rows = await this.records.listByIds(scope, ids);
    return Promise.all(rows.map((row) => this.values.inOrder(scope, row)));
  }
}
