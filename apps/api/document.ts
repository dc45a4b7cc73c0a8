import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { openApiDocument } from '../../libs/http/openapi.js';

const DESCRIPTION = `Test data for every feature in every environment.

Describe your data once as schemas, keep a stock of valid records for each environment, and ask for what a feature's tests
need: every bundle is complete, and a single-use record is handed out once.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`. Lists answer \`{ data, next_cursor }\`; send
\`next_cursor\` as \`cursor\` to go on. What may take long answers 202 with a run; watch it at its \`Location\`.`;

const TAGS = {
  auth: 'Accounts and sessions.',
  users: 'My own account.',
  organizations: 'Who owns projects together.',
  projects: 'What schemas, features and environments belong to.',
  environments: 'Places where the software under test runs.',
  features: 'What the software under test does, and which schemas its tests need.',
  schemas: 'Typed fields with rules.',
  'test-data': 'Records: by hand, as samples, and in bulk.',
  requests: 'Asking for test data.',
  usage: 'How much is handed out.',
  jobs: 'Runs of background work.',
  health: 'For whoever watches the processes.',
};

/** The OpenAPI document of the API. */
export function apiDocument(app: INestApplication): OpenAPIObject {
  return openApiDocument(app, { title: 'TestLake', version: '1', description: DESCRIPTION, tags: TAGS });
}
