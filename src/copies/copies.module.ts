import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { FeaturesModule } from '../features/features.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { StocksModule } from '../test-data/stocks.module.js';
import { ClonesService } from './clones.service.js';
import { CopiedReferences } from './copied-references.js';
import { CopiedSchemas } from './copied-schemas.service.js';
import { CopiesRepository } from './copies.repository.js';
import { CopiesService } from './copies.service.js';
import { CopyParts } from './copy-parts.service.js';
import { CopyPlan } from './copy-plan.service.js';
import { CopySlices } from './copy-slices.service.js';
import { MaskingKeysRepository } from './masking-keys.repository.js';
import { RowCopies } from './row-copies.service.js';
import { SqlCopies } from './sql-copies.service.js';
import { TakenValues } from './taken-values.service.js';

@Module({
  imports: [EnvironmentsModule, FeaturesModule, IdempotencyModule, JobsModule, SchemasModule, StocksModule],
  providers: [
    ClonesService,
    CopiesService,
    CopiedSchemas,
    CopiesRepository,
    CopyPlan,
    CopyParts,
    CopySlices,
    SqlCopies,
    RowCopies,
    CopiedReferences,
    TakenValues,
    MaskingKeysRepository,
  ],
  exports: [ClonesService, CopiesService, CopyPlan, CopySlices],
})
export class CopiesModule {}
