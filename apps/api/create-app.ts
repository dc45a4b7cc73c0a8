import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { Config } from '../../libs/config/config.js';
import { fastifyAdapter } from '../../libs/http/fastify.js';
import { ProcessLogger } from '../../libs/log/process-logger.js';
import { acceptUploads } from '../../libs/http/uploads.js';
import { AppModule } from './app.module.js';
import { apiDocument } from './document.js';
import { openJobBoard } from './job-board.js';

const PREFIX = { exclude: ['health/live', 'health/ready'] };

/** The API, ready to listen. */
export async function createApp(config: Config): Promise<NestFastifyApplication> {
  const adapter = fastifyAdapter(config.tracing !== null);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), adapter, {
    logger: new ProcessLogger(config.logLevel, process.stdout.isTTY),
    abortOnError: false,
  });
  app.setGlobalPrefix('api/v1', PREFIX);
  await acceptUploads(app, config.limits.importBytes);
  await openJobBoard(app, config);
  SwaggerModule.setup('docs', app, () => apiDocument(app), { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
  return app;
}

/** The OpenAPI document alone: nothing is started, and no database is needed. */
export async function createDocument(config: Config): Promise<ReturnType<typeof apiDocument>> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), fastifyAdapter(), {
    logger: ['error'],
    preview: true,
    abortOnError: false,
  });
  app.setGlobalPrefix('api/v1', PREFIX);
  return apiDocument(app);
}
