import { Controller, Get, Res } from '@nestjs/common';
import { ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Public } from '../access/access.decorators.js';
import { LiveResponse, ReadyResponse } from './health.dto.js';
import { HealthService } from './health.service.js';

@Public()
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @Endpoint({ id: 'getLive', summary: 'Say whether the process lives' })
  live(): LiveResponse {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiServiceUnavailableResponse({ type: ReadyResponse, description: 'Something that it needs does not answer.' })
  @Endpoint({ id: 'getReady', summary: 'Say whether the process can do its work' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyResponse> {
    const health = await this.health.check();
    void reply.status(health.status === 'ready' ? 200 : 503);
    return health;
  }
}
