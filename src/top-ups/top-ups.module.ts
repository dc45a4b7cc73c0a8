import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { TestDataModule } from '../test-data/test-data.module.js';
import { StockThresholdsRepository } from './stock-thresholds.repository.js';
import { StockThresholds } from './stock-thresholds.service.js';
import { TopUpsRepository } from './top-ups.repository.js';
import { TopUps } from './top-ups.service.js';

@Module({
  imports: [EnvironmentsModule, TestDataModule],
  providers: [StockThresholds, StockThresholdsRepository, TopUps, TopUpsRepository],
  exports: [StockThresholds, TopUps],
})
export class TopUpsModule {}
