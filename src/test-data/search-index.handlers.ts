import { Injectable } from '@nestjs/common';
import type { JobHandler } from '../../libs/jobs/define-job.js';
import { SlicesService } from '../jobs/slices.service.js';
import { indexSlice } from './search-index.jobs.js';
import { SearchIndexSlices } from './search-index.service.js';

@Injectable()
export class SearchIndexHandlers {
  constructor(
    private readonly slices: SlicesService,
    private readonly index: SearchIndexSlices,
  ) {}

  list(): JobHandler[] {
    return [this.slices.handler(indexSlice, (slice) => this.index.make(slice))];
  }
}
