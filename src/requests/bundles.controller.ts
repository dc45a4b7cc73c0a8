import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs, SignedIn } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import { GetRecord } from '../test-data/as-of.dto.js';
import {
  BundleDetail,
  BundlePage,
  ListBundles,
  ReleaseBundle,
  RenewBundle,
  toBundleDetail,
  toBundleSummary,
} from './bundles.dto.js';
import { BundlesService } from './bundles.service.js';

const ENDED = 'it has been given back, or its lease is over.';
const OTHERS = 'It is the bundle of somebody else, and the caller may only read.';

@ApiTags('requests')
@Controller('bundles')
export class BundlesController {
  constructor(private readonly bundles: BundlesService) {}

  @Get()
  @Endpoint({
    id: 'listBundles',
    summary: 'List bundles, newest first',
    description:
      'Mine, unless all are asked for. After a crash a pipeline finds here what it has on lease, by the context that it gave.',
  })
  async list(@SignedIn() caller: Caller, @Query() query: ListBundles): Promise<BundlePage> {
    return toPageResponse(await this.bundles.list(caller, query), toBundleSummary);
  }

  @Get(':id')
  @Needs('read', 'bundle')
  @Endpoint({ id: 'getBundle', summary: 'Get a bundle with its records' })
  async get(@InProject() scope: ProjectScope, @Id('id') id: string, @Query() query: GetRecord): Promise<BundleDetail> {
    return toBundleDetail(await this.bundles.get(scope, id, query.as_of));
  }

  @Post(':id/renew')
  @Needs('read', 'bundle')
  @Endpoint({
    id: 'renewBundle',
    status: 200,
    summary: 'Keep a bundle for longer',
    description: 'The lease then ends so many seconds from now.',
    forbidden: OTHERS,
    conflicts: {
      'lease.ended': ENDED,
      'lease.none': 'it was handed out for good.',
      'environment.archived': 'the environment is archived.',
      'project.archived': 'the project is archived.',
    },
  })
  async renew(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: RenewBundle,
  ): Promise<BundleDetail> {
    return toBundleDetail(await this.bundles.renew(scope, id, body.lease_seconds));
  }

  @Post(':id/release')
  @Needs('read', 'bundle')
  @Endpoint({
    id: 'releaseBundle',
    status: 200,
    summary: 'Give a bundle back',
    description: 'Also one that was handed out for good: what was not needed can be had by others.',
    forbidden: OTHERS,
    conflicts: { 'lease.ended': ENDED },
  })
  async release(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: ReleaseBundle,
  ): Promise<BundleDetail> {
    return toBundleDetail(await this.bundles.release(scope, id, body.as));
  }
}
