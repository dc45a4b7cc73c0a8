import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtension, ApiOperation } from '@nestjs/swagger';

/** What the OpenAPI document says of a route beyond what its types say. */
export interface EndpointOptions {
  /** operationId: the method's name in generated clients, such as `createProject`. */
  id: string;
  /** One line, in the imperative. */
  summary: string;
  /** What a client's author has to know besides. */
  description?: string;
  /** Status of the answer; unset is 201 for POST and 200 otherwise. */
  status?: number;
  /** When the route answers 404, where its path does not tell. */
  notFound?: string;
  /** When the route answers 403, where its permission does not tell. */
  forbidden?: string;
  /** When a route that needs no token answers 401. */
  unauthorized?: string;
  /** Conflicts by code: when the route answers 409 with it. */
  conflicts?: Record<string, string>;
}

/** Documents a route. The answers that follow from the route's shape (401, 404, 422 …) are added by `openApiDocument`. */
export function Endpoint(options: EndpointOptions): MethodDecorator {
  const { id, summary, description, status, conflicts, unauthorized, forbidden, notFound } = options;
  return applyDecorators(
    ApiOperation({ operationId: id, summary, ...(description ? { description } : {}) }),
    ...(status ? [HttpCode(status), ApiExtension('x-status', status)] : []),
    ...(unauthorized ? [ApiExtension('x-unauthorized', unauthorized)] : []),
    ...(forbidden ? [ApiExtension('x-forbidden', forbidden)] : []),
    ...(notFound ? [ApiExtension('x-not-found', notFound)] : []),
    ...(conflicts ? [ApiExtension('x-conflicts', conflicts)] : []),
  );
}
