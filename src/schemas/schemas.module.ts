import { Module } from '@nestjs/common';
import { StocksModule } from '../test-data/stocks.module.js';
import { CompiledSchemas } from './compiled-schemas.js';
import { DefinitionsService } from './definitions.service.js';
import { EmbeddersService } from './embedders.service.js';
import { FieldsService } from './fields.service.js';
import { SchemaChecksService } from './schema-checks.service.js';
import { SchemasRepository } from './schemas.repository.js';
import { SchemasService } from './schemas.service.js';

@Module({
  imports: [StocksModule],
  providers: [
    SchemasService,
    SchemasRepository,
    DefinitionsService,
    EmbeddersService,
    FieldsService,
    SchemaChecksService,
    CompiledSchemas,
  ],
  exports: [SchemasService, DefinitionsService, FieldsService, SchemaChecksService, CompiledSchemas],
})
export class SchemasModule {}
