import type { FastifyReply } from 'fastify';
import type { CloneResponse } from './clone.dto.js';

/** 201 with the address of the environment; 202 with that of the run, where there is one. */
export function replyCloned(reply: FastifyReply, clone: CloneResponse): CloneResponse {
  const { environment, run } = clone;
  const location = run ? `/api/v1/jobs/${run.id}` : `/api/v1/environments/${environment.id}`;
  void reply.status(run ? 202 : 201).header('location', location);
  return clone;
}
