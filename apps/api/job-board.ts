import { timingSafeEqual } from 'node:crypto';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../libs/config/config.js';
import { JobQueue } from '../../libs/jobs/job-queue.js';

const BASE = '/admin/queues';
const LOOPBACK = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
// A proxy on this machine comes from loopback too, for somebody who need not.
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'via'];
// A page elsewhere may have its name resolve to this machine; the Host header then still is that name.
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Shows the queue at `/admin/queues`, to look at only: runs are steered through the API, whose tables are the truth. */
export async function openJobBoard(app: NestFastifyApplication, config: Config): Promise<void> {
  const server = new FastifyAdapter().setBasePath(BASE);
  const queues = [new BullMQAdapter(app.get(JobQueue).bull, { readOnlyMode: true })];
  createBullBoard({ queues: queues, serverAdapter: server });
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => admit(config, request, reply));
    await scope.register(server.registerPlugin() as never, { prefix: BASE } as never);
  });
}

async function admit(config: Config, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (config.board) {
    if (hasPassword(request, `${config.board.user}:${config.board.password}`)) return;
    await reply.status(401).header('www-authenticate', 'Basic realm="TestLake jobs"').send('Sign in.');
    return;
  }
  if (config.embedded && isLocal(request)) return;
  await reply.status(404).send('Not found.');
}

function hasPassword(request: FastifyRequest, expected: string): boolean {
  const given = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /i, ''), 'base64');
  const wanted = Buffer.from(expected);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function isLocal({ socket, headers }: FastifyRequest): boolean {
  const isForwarded = PROXY_HEADERS.some((name) => headers[name] !== undefined);
  return !isForwarded && LOOPBACK.includes(socket.remoteAddress ?? '') && LOCAL_HOST.test(headers.host ?? '');
}
