import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { GenerationService } from './generation.service.js';
import { GenerationStages } from './generation-stages.service.js';
import { GenerationSlices } from './generation-slices.service.js';
import { KeyedLoading } from './keyed-loading.service.js';
import { ManyGenerationService } from './many-generation.service.js';
import { PreviewService } from './preview.service.js';
import { RecordHistoryReadModel } from './record-history.read-model.js';
import { RecordFiltersModule } from '../record-filters/record-filters.module.js';
import { RecordAgeing } from './record-ageing.service.js';
import { RecordLookup } from './record-lookup.service.js';
import { RecordMomentsRepository } from './record-moments.repository.js';
import { RecordSearch } from './record-search.service.js';
import { RecordSearchRepository } from './record-search.repository.js';
import { SearchIndexSlices } from './search-index.service.js';
import { SearchPlans } from './search-plans.service.js';
import { RecordLoading } from './record-loading.service.js';
import { RecordsRepository } from './records.repository.js';
import { RecordsService } from './records.service.js';
import { RecordValues } from './record-values.js';
import { RecordWriter } from './record-writer.js';
import { ReferenceCandidates } from './reference-candidates.js';
import { SamplesService } from './samples.service.js';
import { SmallGenerationService } from './small-generation.service.js';
import { StockPlan } from './stock-plan.js';
import { StockService } from './stock.service.js';
import { StocksModule } from './stocks.module.js';
import { UsageModule } from '../usage/usage.module.js';

@Module({
  imports: [EnvironmentsModule, SchemasModule, StocksModule, JobsModule, UsageModule, RecordFiltersModule],
  providers: [
    RecordsService,
    RecordsRepository,
    RecordHistoryReadModel,
    RecordAgeing,
    RecordLookup,
    RecordMomentsRepository,
    RecordSearch,
    RecordSearchRepository,
    SearchIndexSlices,
    SearchPlans,
    RecordValues,
    RecordWriter,
    ReferenceCandidates,
    StockPlan,
    StockService,
    SamplesService,
    SmallGenerationService,
    GenerationService,
    GenerationSlices,
    RecordLoading,
    KeyedLoading,
    GenerationStages,
    ManyGenerationService,
    PreviewService,
  ],
  exports: [
    PreviewService,
    RecordAgeing,
    RecordLookup,
    RecordSearch,
    RecordsService,
    RecordHistoryReadModel,
    SearchIndexSlices,
    StockService,
    SamplesService,
    SmallGenerationService,
    GenerationService,
    GenerationSlices,
    RecordLoading,
    GenerationStages,
    ManyGenerationService,
  ],
})
export class TestDataModule {}
