import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.js';
import {
  audience,
  type Media,
  type Operation,
  readDocument,
  readOperations,
  resolved,
  type Schema,
} from './operations.js';

let test: TestApi;
let operations: Operation[];
let schemas: Record<string, Schema>;

beforeAll(async () => {
  test = await startApi();
  operations = await readOperations(test);
  schemas = (await readDocument(test)).components.schemas;
});
afterAll(() => test.close());

const idsWhere = (fails: (operation: Operation) => boolean) => operations.filter(fails).map((one) => one.operationId);
const has = ({ responses }: Operation, status: number) => responses[status] !== undefined;
const isPublic = (operation: Operation) => audience(operation) === 'public';
const isLocked = (operation: Operation) => ['write', 'admin'].includes(audience(operation));

function bodies({ operationId, requestBody, responses }: Operation): [string, string, Media][] {
  const all = [['request', requestBody] as const, ...Object.entries(responses)];
  return all.flatMap(([where, body]) =>
    Object.entries(body?.content ?? {}).map(([type, media]): [string, string, Media] => [
      `${operationId} ${where}`,
      type,
      media,
    ]),
  );
}

it('names every operation once, as a method is named', () => {
  expect(operations.length).toBeGreaterThan(50);
  const ids = operations.map(({ operationId }) => operationId);
  expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

it('says of every operation in one line what it does, and puts it under one heading', () => {
  expect(idsWhere(({ summary }) => !/^[A-Z][^\n]{3,100}[^.]$/.test(summary ?? ''))).toEqual([]);
  expect(idsWhere(({ tags }) => tags?.length !== 1)).toEqual([]);
});

it('says who may call every operation', () => {
  expect(operations.map(audience)).not.toContain(undefined);
  expect(idsWhere(isPublic).sort()).toEqual([
    'downloadFile',
    'getDefinitionFormat',
    'getLive',
    'getReady',
    'refreshSession',
    'signIn',
    'signOut',
    'signUp',
  ]);
});

it('declares the errors that follow from the shape of an operation', () => {
  expect(idsWhere((one) => !isPublic(one) && !has(one, 401))).toEqual([]);
  expect(idsWhere((one) => isLocked(one) && !has(one, 403))).toEqual([]);
  expect(idsWhere((one) => one.path.includes('{') && !has(one, 404))).toEqual([]);
  expect(idsWhere((one) => one.path.includes('{') && !has(one, 422))).toEqual([]);
  expect(idsWhere((one) => one.requestBody !== undefined && ![400, 413, 415, 422].every((it) => has(one, it)))).toEqual(
    [],
  );
  for (const operation of operations) {
    for (const [status, { content, description }] of Object.entries(operation.responses)) {
      if (Number(status) < 400 || operation.operationId === 'getReady') continue;
      expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      expect(description).not.toBe('');
    }
  }
});

it('gives an example of every body and answer that is JSON', () => {
  const all = operations.flatMap(bodies);
  expect(all.length).toBeGreaterThan(200);
  const without = all.filter(([, type, { example }]) => type.includes('json') && example === undefined);
  expect(without.map(([where]) => where)).toEqual([]);
});

it('gives examples that fit what they are examples of', () => {
  const wrong = operations
    .flatMap(bodies)
    .flatMap(([where, , { schema, example }]) => misfits(schema ?? {}, example).map((what) => `${where}: ${what}`));
  expect(wrong).toEqual([]);
});

it('leaves no answer and no property without a type', () => {
  const untyped = operations
    .flatMap(bodies)
    .filter(([, , { schema }]) => !schema?.$ref && !(schema?.properties ?? schema?.items ?? schema?.type === 'string'));
  expect(untyped.map(([where]) => where)).toEqual([]);
  for (const [name, { properties }] of Object.entries(schemas))
    expect([name, properties]).not.toEqual([name, undefined]);
});

it('gives every operation one way to succeed, or two where it may become a run', () => {
  for (const operation of operations) {
    const successes = Object.keys(operation.responses).filter((status) => Number(status) < 400);
    const mayRun = ['deleteProject', 'deleteEnvironment', 'deleteSchema', 'cloneEnvironment'].includes(
      operation.operationId,
    );
    expect([operation.operationId, successes.length]).toEqual([operation.operationId, mayRun ? 2 : 1]);
    if (operation.responses[204]?.content) throw new Error(`${operation.operationId} has a body with 204`);
  }
});

it('describes every parameter, and ids as UUIDs', () => {
  for (const { operationId, parameters = [], path } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    expect([operationId, inPath.map(({ name }) => name).sort()]).toEqual([operationId, named]);
    for (const parameter of inPath) expect(parameter.schema).toMatchObject({ type: 'string', format: 'uuid' });
    for (const { description } of parameters) expect(description).toMatch(/./);
  }
});

/** Where an example has other properties or types than its schema. */
function misfits(schema: Schema, example: unknown, at = ''): string[] {
  if (schema.$ref) return misfits(resolved(schema, schemas) ?? {}, example, at);
  if (example === null || example === undefined) return [];
  if (schema.enum && !schema.enum.includes(example)) return [`${at} is not of its enum`];
  const { properties, items } = schema;
  if (Array.isArray(example)) return items ? example.flatMap((one, i) => misfits(items, one, `${at}/${i}`)) : [];
  if (typeof example === 'object' && properties) {
    return Object.entries(example).flatMap(([name, value]) =>
      properties[name] ? misfits(properties[name], value, `${at}/${name}`) : [`${at}/${name} is unknown`],
    );
  }
  const type = typeof example === 'number' ? ['number', 'integer'] : [typeof example];
  return schema.type && !type.includes(schema.type) ? [`${at} is no ${schema.type}`] : [];
}
