import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiPreconditionFailedResponse } from '@nestjs/swagger';
import { Problem } from '../../libs/http/problem.dto.js';

/** Documents that a change takes `If-Match`. */
export function IfMatch(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The `ETag` of the version that the change is meant for; without it the last writer wins.',
      schema: { type: 'string', example: '"1-mh7x2k4w"' },
    }),
    ApiPreconditionFailedResponse({
      description: 'The schema has changed since the version that `If-Match` names.',
      content: { 'application/problem+json': { schema: { $ref: `#/components/schemas/${Problem.name}` } } },
    }),
  );
}
