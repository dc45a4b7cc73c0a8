import { applyDecorators } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Endpoint, type EndpointOptions } from '../../libs/http/endpoint.js';
import { Idempotent } from '../idempotency/idempotency-key.decorator.js';
import type { JobRun } from './job-run.entity.js';
import { RunResponse, toRunResponse } from './run.dto.js';

export type DeleteReply = FastifyReply;

/** Documents a route that starts a run, once for each `Idempotency-Key`, and answers before it is made. */
export function RunEndpoint(options: Omit<EndpointOptions, 'status'>): MethodDecorator {
  return applyDecorators(
    Idempotent(),
    ApiAcceptedResponse({ type: RunResponse, description: 'The run; `Location` is its address.' }),
    Endpoint({ ...options, status: 202 }),
  );
}

/** Documents a DELETE that is done at once where few records go with it, and is a run where many do. */
export function DeleteEndpoint(options: EndpointOptions): MethodDecorator {
  return applyDecorators(
    Endpoint({ ...options, status: 204 }),
    ApiNoContentResponse({ description: 'Deleted.' }),
    ApiAcceptedResponse({
      type: RunResponse,
      description: 'Hidden at once; this run deletes it with its many records.',
    }),
  );
}

/** 204, or 202 with the run and its `Location`. */
export function replyDeleted(reply: DeleteReply, run: JobRun | null): RunResponse | undefined {
  return run ? accepted(reply, run) : undefined;
}

/** 202 with the run and its `Location`. */
export function accepted(reply: FastifyReply, run: JobRun): RunResponse {
  void reply.status(202).header('location', `/api/v1/jobs/${run.id}`);
  return toRunResponse(run);
}
