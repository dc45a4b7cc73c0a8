import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../../libs/http/validation.js';

const MOST = 200;

/** The `Idempotency-Key` of the request, if it has one; at most 200 visible ASCII characters. Throws 422. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  const key = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (key === undefined || key === '') return undefined;
  if (typeof key === 'string' && key.length <= MOST && /^[\x21-\x7e]+$/.test(key)) return key;
  const detail = `Idempotency-Key must have at most ${MOST} visible ASCII characters`;
  throw invalidRequest([{ pointer: '/Idempotency-Key', code: 'max_length', detail }], 'param');
});

/** Documents that a route takes an `Idempotency-Key`. */
export function Idempotent(): MethodDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Names this request for 24 hours: the same request sent again with it gets the same answer and has no second effect.',
    schema: { type: 'string', maxLength: MOST, example: 'build-4711-shard-3' },
  });
}
