import type { TestApi } from '../support/api.js';
import { send } from './raw.js';

export interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

export interface Media {
  schema?: Schema;
  example?: unknown;
}

export interface Operation {
  method: string;
  /** As in the document, with `{name}` for parameters. */
  path: string;
  operationId: string;
  summary: string;
  tags: string[];
  security?: unknown[];
  'x-permission'?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}

interface Document {
  paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>;
  components: { schemas: Record<string, Schema> };
  security?: unknown[];
}

export async function readDocument(test: TestApi): Promise<Document> {
  return (await send(test, 'GET', '/openapi.json')).json as Document;
}

/** A schema of the document, itself or by its name. */
export function resolved(schema: Schema | undefined, schemas: Record<string, Schema>): Schema | undefined {
  return schema?.$ref ? schemas[schema.$ref.split('/').at(-1) ?? ''] : schema;
}

/** Every operation of the document that the running API serves. */
export async function readOperations(test: TestApi): Promise<Operation[]> {
  const { paths } = await readDocument(test);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

/** Who may call an operation, as the document says it. */
export function audience(operation: Operation): 'public' | 'signed-in' | 'read' | 'write' | 'admin' {
  if (operation.security?.length === 0) return 'public';
  const permission = operation['x-permission'];
  if (permission === undefined) return 'signed-in';
  if (permission === 'read' || permission === 'write' || permission === 'admin') return permission;
  throw new Error(`${operation.operationId} has the permission ${permission}`);
}

/** Ids to put into paths, by the path segment before the parameter. */
export interface Ids {
  projects: string;
  organizations: string;
  environments: string;
  features: string;
  schemas: string;
  fields: string;
  filters: string;
  'test-data': string;
  jobs: string;
  schedules: string;
  requests: string;
  bundles: string;
}

/** The path with the ids in it. Throws for a parameter that no id is known for. */
export function fill(path: string, ids: Ids): string {
  return path.replace(/([\w-]+)\/\{(\w+)\}/g, (_, segment: string) => {
    const id = segment === 'request-data' ? ids.schemas : ids[segment as keyof Ids];
    if (!id) throw new Error(`What stands behind ${segment} in ${path}?`);
    return `${segment}/${id}`;
  });
}
