import { Module } from '@nestjs/common';
import { SchemasModule } from '../schemas/schemas.module.js';
import { SavedFiltersRepository } from './saved-filters.repository.js';
import { SavedFiltersService } from './saved-filters.service.js';

@Module({
  imports: [SchemasModule],
  providers: [SavedFiltersService, SavedFiltersRepository],
  exports: [SavedFiltersService],
})
export class RecordFiltersModule {}
