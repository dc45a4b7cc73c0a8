import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { OperationObject, ParameterObject, SchemaObject } from './openapi-types.js';
import { problemResponses } from './openapi-errors.js';
import { exampleOf } from './openapi-examples.js';
import { Problem } from './problem.dto.js';

/** What success means, where the route does not say. */
const MEANING: Record<string, string> = {
  200: 'Done; the answer shows how things are now.',
  201: 'Made.',
  204: 'Done.',
};

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
  for (const [status, response] of Object.entries(operation.responses))
    response.description ||= MEANING[status] ?? 'Done.';
  for (const [status, response] of Object.entries(problemResponses(operation, isPublic))) {
    operation.responses[status] ??= response;
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

/** Says of a schema's properties what their TypeScript types cannot: ids are UUIDs, and numbers whole unless they say `double`. */
function nameFormats(schema: SchemaObject): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (property.type === 'number' && property.format !== 'double') property.type = 'integer';
    const isId = property.type === 'string' && /(^|_)id$|^(created|used)_by$/.test(name);
    if (isId && property.pattern === undefined) property.format ??= 'uuid';
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

function addExamples(document: OpenAPIObject, operation: OperationObject): void {
  const bodies = [operation.requestBody, ...Object.values(operation.responses)];
  for (const media of bodies.flatMap((body) => Object.values(body?.content ?? {}))) {
    if (media.schema && media.example === undefined) media.example = exampleOf(document, media.schema);
  }
}
