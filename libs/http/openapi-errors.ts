import type { OperationObject, ResponseObject } from './openapi-types.js';

const JSON_BODY = ['The body is no JSON.', 'The body is larger than 1 MiB.', 'The body is not sent as JSON.'] as const;
const FORM = [
  'The form is broken off.',
  'The file is larger than the installation takes, or the form has more than the file.',
  'The body is not sent as a form.',
] as const;

/** The errors that follow from a route's shape and from what its decorators say, by status. */
export function problemResponses(operation: OperationObject, isPublic: boolean): Record<string, ResponseObject> {
  const permission = operation['x-permission'];
  const hasId = operation.parameters?.some((parameter) => parameter.in === 'path');
  const hasInput = operation.requestBody || operation.parameters?.some((parameter) => parameter.in !== 'header');
  const conflicts = Object.entries(operation['x-conflicts'] ?? {});
  const responses: Record<string, ResponseObject> = {};
  const add = (status: number, title: string, code: string, description: string): void => {
    responses[status] = problemResponse(status, title, code, description);
  };
  if (operation.requestBody) {
    const isForm = operation.requestBody.content['multipart/form-data'] !== undefined;
    const [broken, large, kind] = isForm ? FORM : JSON_BODY;
    add(400, 'Malformed request', 'request.malformed', broken);
    add(413, 'Too large', 'request.too_large', large);
    add(415, 'Unsupported media type', 'request.media_type', kind);
  }
  const unauthorized = isPublic ? undefined : 'Not signed in, or the access token is no longer valid.';
  const signIn = operation['x-unauthorized'] ?? unauthorized;
  if (signIn) add(401, 'Not signed in', 'auth.required', signIn);
  const needed =
    permission && permission !== 'read' ? `Allowed with the permission \`${permission}\` only.` : undefined;
  const forbidden = operation['x-forbidden'] ?? needed;
  if (forbidden) add(403, 'Not allowed', 'project.forbidden', forbidden);
  const missing = hasId ? 'It does not exist, or the caller may not see it.' : undefined;
  const notFound = operation['x-not-found'] ?? missing;
  if (notFound) add(404, 'Not found', `${operation['x-resource'] ?? 'organization'}.not_found`, notFound);
  const [first] = conflicts;
  if (first) {
    add(409, 'Conflict', first[0], conflicts.map(([code, when]) => `\`${code}\`: ${when}`).join('\n\n'));
  }
  if (hasInput) add(422, 'Invalid input', 'request.invalid', 'The input breaks a rule; `errors` says where.');
  return responses;
}

const FIELD_ERRORS = [{ pointer: '/name', code: 'max_length', detail: 'name must be at most 200 characters' }];

function problemResponse(status: number, title: string, code: string, description: string): ResponseObject {
  const example = {
    type: `urn:testlake:problem:${code}`,
    title,
    status,
    code,
    detail: status === 422 ? 'The request breaks 1 rule; see errors.' : (description.split('\n')[0] ?? ''),
    errors: status === 422 ? FIELD_ERRORS : [],
    request_id: '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10',
  };
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description, content: { 'application/problem+json': { schema, example } } };
}
