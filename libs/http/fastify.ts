import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FieldError } from '../errors/errors.js';
import { traceRequests } from '../tracing/trace-requests.js';
import { sendProblem, toAnswer } from './problem.filter.js';
import { setSecurityHeaders } from './security-headers.js';
import { unstorable, unstorableText } from './storable.js';
import { takesFile } from './uploads.js';
import { invalidRequest } from './validation.js';

/** Largest request body: 1 MiB. */
export const BODY_LIMIT = 1_048_576;

// GET handlers with an effect (they hand out data): running them for HEAD would hand out data to nobody.
const EFFECT_BY_GET = /\/request-data(\/:\w+)?$/;

/** Bodies are JSON: a form or plain text, which Nest and Fastify would read as well, answers 415. */
class JsonAdapter extends FastifyAdapter {
  override registerParserMiddleware(prefix?: string, rawBody?: boolean): void {
    super.registerParserMiddleware(prefix, rawBody);
    this.getInstance().removeContentTypeParser(['text/plain', 'application/x-www-form-urlencoded']);
  }
}

/** The Fastify server under Nest, with the checks that no route should have to remember; `traced` makes spans of requests. */
export function fastifyAdapter(traced = false): FastifyAdapter {
  const adapter = new JsonAdapter({
    bodyLimit: BODY_LIMIT,
    genReqId: () => randomUUID(),
    frameworkErrors: refuseAddress,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });
  const fastify = adapter.getInstance();
  if (traced) traceRequests(fastify);
  setSecurityHeaders(fastify);
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    // The route, not the address: `request%2Ddata` leads to the same one.
    requireJson(request);
    if (request.method === 'HEAD' && EFFECT_BY_GET.test(request.routeOptions.url ?? '')) refuseHead(request, reply);
  });
  fastify.addHook('preValidation', async (request) => refuseUnstorable(request));
  return adapter;
}

/** DTO classes check what comes in; loading Fastify's own checks is a tenth of a start. */
function noSchemas(): never {
  throw new Error('Routes have no JSON Schemas of their own here.');
}

/** Answers an address that leads to no hook and no filter of ours: broken escapes, or a part that is far too long. */
function refuseAddress(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('x-request-id', request.id);
  sendProblem(reply, request.id, toAnswer(error));
}

/** Forms are for routes that take a file, and nothing else is; a request without a type is told later what it lacks. */
function requireJson(request: FastifyRequest): void {
  const type = request.headers['content-type'];
  if (type === undefined || /^multipart\/form-data\b/i.test(type) === takesFile(request)) return;
  const expected = takesFile(request) ? 'multipart/form-data' : 'application/json';
  throw new UnsupportedMediaTypeException(`The body must be sent as ${expected}, not as ${type}.`);
}

function refuseHead(request: FastifyRequest, reply: FastifyReply): void {
  const detail = 'HEAD is not allowed here: asking for data has an effect.';
  void reply.header('allow', 'GET');
  const answer = { status: 405, code: 'request.method_not_allowed', title: 'Method not allowed', detail, errors: [] };
  sendProblem(reply, request.id, answer);
}

/** Throws 422, so that no handler meets text that PostgreSQL refuses or nesting that overflows a stack */
function refuseUnstorable(request: FastifyRequest): void {
  const inQuery = Object.entries(request.query as Record<string, unknown>).flatMap(([name, value]) =>
    typeof value === 'string' ? unstorableText(value, `/${name}`) : [],
  );
  if (inQuery.length > 0) throw invalidRequest(inQuery, 'query');
  const inBody = bodyErrors(request.body);
  if (inBody.length > 0) throw invalidRequest(inBody);
}

function bodyErrors(body: unknown): FieldError[] {
  if (body === undefined) return [];
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return [{ pointer: '', code: 'is_object', detail: 'the body must be a JSON object' }];
  }
  return unstorable(body);
}
