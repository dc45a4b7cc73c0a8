import { Module } from '@nestjs/common';
import { FeaturesModule } from '../features/features.module.js';
import { RemovalsModule } from '../removals/removals.module.js';
import { SchemaRemovalService } from './schema-removal.service.js';
import { SchemasModule } from './schemas.module.js';

/** Apart from `SchemasModule`, on which features depend. */
@Module({
  imports: [SchemasModule, FeaturesModule, RemovalsModule],
  providers: [SchemaRemovalService],
  exports: [SchemaRemovalService],
})
export class SchemaRemovalModule {}
