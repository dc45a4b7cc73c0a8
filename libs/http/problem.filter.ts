import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, TryLater } from '../errors/errors.js';
import type { Problem } from './problem.dto.js';

type Answer = Pick<Problem, 'status' | 'title' | 'code' | 'detail' | 'errors'>;

const BY_STATUS: Record<number, [code: string, title: string]> = {
  400: ['request.malformed', 'Malformed request'],
  401: ['auth.required', 'Not signed in'],
  403: ['auth.forbidden', 'Not allowed'],
  404: ['request.no_such_route', 'Not found'],
  405: ['request.method_not_allowed', 'Method not allowed'],
  408: ['request.timeout', 'Too slow'],
  413: ['request.too_large', 'Too large'],
  414: ['request.uri_too_long', 'Too long'],
  415: ['request.media_type', 'Unsupported media type'],
  431: ['request.headers_too_large', 'Headers too large'],
};

/** Turns everything that is thrown into `application/problem+json` (RFC 9457); what nobody expected is logged under the request's id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const answer = toAnswer(error);
    if (answer.status >= 500) this.log.error({ request_id: request.id, url: request.url, error: describe(error) });
    if (error instanceof TryLater) void reply.header('retry-after', String(error.retryAfter));
    sendProblem(reply, request.id, answer);
  }
}

/** Sends one problem; for hooks that answer before Nest does. */
export function sendProblem(reply: FastifyReply, requestId: string, answer: Answer): void {
  if (reply.raw.headersSent) {
    reply.raw.end();
    return;
  }
  const problem: Problem = { type: `urn:testlake:problem:${answer.code}`, ...answer, request_id: requestId };
  void reply.status(answer.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem));
}

/** The answer that an error deserves. */
export function toAnswer(error: unknown): Answer {
  if (error instanceof DomainError) {
    const { status, title, code, message, errors } = error;
    return { status, title, code, detail: message, errors };
  }
  const status = error instanceof HttpException ? error.getStatus() : fastifyStatus(error);
  const known = BY_STATUS[status];
  if (known) return { status, code: known[0], title: known[1], detail: (error as Error).message, errors: [] };
  return {
    status: 500,
    code: 'server.unexpected',
    title: 'Unexpected error',
    detail: 'Something broke on our side; the log has it under this request_id.',
    errors: [],
  };
}

function fastifyStatus(error: unknown): number {
  const { statusCode, code } = (error ?? {}) as { statusCode?: number; code?: string };
  return code?.startsWith('FST_') || error instanceof SyntaxError ? (statusCode ?? 500) : 500;
}

function describe(error: unknown): unknown {
  return error instanceof Error ? (error.stack ?? error.message) : error;
}
