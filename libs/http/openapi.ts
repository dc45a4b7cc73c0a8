import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { OperationObject, ParameterObject, ResponseObject, SchemaObject } from './openapi-types.js';
import { exampleOf } from './openapi-examples.js';
import { Problem } from './problem.dto.js';

const METHODS = ['get', 'post', 'put', 'delete', 'patch'] as const;

export interface ApiDescription {
  title: string;
  version: string;
  description: string;
  /** Tag to its one-line description, in the order in which to show them. */
  tags: Record<string, string>;
}

/**
 * The OpenAPI document of the app: what Nest collects from the types, and what follows from each route's shape:
 * the errors that it can answer, that ids are UUIDs, and an example of every body.
 */
export function openApiDocument(app: INestApplication, api: ApiDescription): OpenAPIObject {
  const builder = new DocumentBuilder().setOpenAPIVersion('3.0.3').setTitle(api.title).setVersion(api.version);
  builder
    .setDescription(api.description)
    .setLicense('Proprietary', 'urn:testlake:license')
    .addServer('/', 'This server');
  builder.addBearerAuth({ type: 'http', bearerFormat: 'JWT', description: 'The access_token of a sign-in.' });
  builder.addSecurityRequirements('bearer');
  for (const [tag, description] of Object.entries(api.tags)) builder.addTag(tag, description);
  const document = SwaggerModule.createDocument(app, builder.build(), { extraModels: [Problem] });
  for (const schema of Object.values(document.components?.schemas ?? {})) nameFormats(schema as SchemaObject);
  for (const operation of operations(document)) complete(document, operation);
  return document;
}

/** Every operation of the document. */
export function operations(document: OpenAPIObject): OperationObject[] {
  return Object.values(document.paths).flatMap((path) =>
    METHODS.flatMap((method) => (path[method] ? [path[method] as OperationObject] : [])),
  );
}

function complete(document: OpenAPIObject, operation: OperationObject): void {
  const isPublic = operation['x-public'] === true;
  delete operation['x-public'];
  if (isPublic) operation.security = [];
  settleStatus(operation);
  for (const parameter of operation.parameters ?? []) describeParameter(parameter);
  for (const [status, detail] of Object.entries(errorsOf(operation, isPublic))) {
    operation.responses[status] ??= problemResponse(Number(status), detail ?? '');
  }
  delete operation['x-conflicts'];
  delete operation['x-unauthorized'];
  delete operation['x-not-found'];
  delete operation['x-forbidden'];
  addExamples(document, operation);
}

/** Puts the answer under the status that `@Endpoint` sets: Nest's compiler plugin cannot see it, and takes the method's usual one. */
function settleStatus(operation: OperationObject): void {
  const { 'x-status': status, responses } = operation;
  delete operation['x-status'];
  if (!status) return;
  for (const usual of ['200', '201'].filter((code) => code !== String(status))) {
    const answer = responses[usual];
    if (!answer) continue;
    delete responses[usual];
    responses[status] ??= answer;
  }
}

/** Says of a schema's properties what their TypeScript types cannot: ids are UUIDs, and every number here is whole. */
function nameFormats(schema: SchemaObject): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (property.type === 'number') property.type = 'integer';
    if (property.type === 'string' && /(^|_)id$|_by$/.test(name)) property.format ??= 'uuid';
  }
}

function describeParameter(parameter: ParameterObject): void {
  if (parameter.schema?.type === 'number') parameter.schema.type = 'integer';
  if (parameter.in !== 'path' || !/^id$|Id$/.test(parameter.name)) return;
  parameter.schema = { type: 'string', format: 'uuid' };
  parameter.description ??=
    parameter.name === 'id'
      ? 'Its id.'
      : `Id of the ${parameter.name.replace(/Id$/, '').replace(/^env$/, 'environment')}.`;
  parameter.example ??= '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10';
}

function errorsOf(operation: OperationObject, isPublic: boolean): Partial<Record<number, string>> {
  const conflicts = Object.entries(operation['x-conflicts'] ?? {}).map(([code, when]) => `\`${code}\`: ${when}`);
  const hasId = operation.parameters?.some((parameter) => parameter.in === 'path');
  const hasInput = operation.requestBody || operation.parameters?.some((parameter) => parameter.in !== 'header');
  return {
    ...(operation.requestBody && {
      400: 'The body is no JSON.',
      413: 'The body is larger than 1 MiB.',
      415: 'The body is not sent as JSON.',
    }),
    ...(!isPublic && { 401: 'Not signed in, or the access token is no longer valid.' }),
    ...(operation['x-unauthorized'] && { 401: operation['x-unauthorized'] }),
    ...(operation['x-permission'] &&
      operation['x-permission'] !== 'read' && {
        403: `Allowed with the permission \`${operation['x-permission']}\` only.`,
      }),
    ...(operation['x-forbidden'] && { 403: operation['x-forbidden'] }),
    ...(hasId && { 404: 'It does not exist, or the caller may not see it.' }),
    ...(operation['x-not-found'] && { 404: operation['x-not-found'] }),
    ...(conflicts.length > 0 && { 409: conflicts.join('\n\n') }),
    ...(hasInput && { 422: 'The input breaks a rule; `errors` says where.' }),
  };
}

function problemResponse(status: number, description: string): ResponseObject {
  const example = { ...PROBLEM, status, ...(status === 422 ? { errors: FIELD_ERRORS } : { errors: [] }) };
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description, content: { 'application/problem+json': { schema, example } } };
}

const FIELD_ERRORS = [{ pointer: '/name', code: 'max_length', detail: 'name must be at most 200 characters' }];
const PROBLEM = {
  type: 'urn:testlake:problem:request.invalid',
  title: 'Invalid input',
  code: 'request.invalid',
  detail: 'The request breaks 1 rule; see errors.',
  request_id: '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10',
};

function addExamples(document: OpenAPIObject, operation: OperationObject): void {
  const bodies = [operation.requestBody, ...Object.values(operation.responses)];
  for (const media of bodies.flatMap((body) => Object.values(body?.content ?? {}))) {
    if (media.schema && media.example === undefined) media.example = exampleOf(document, media.schema);
  }
}
