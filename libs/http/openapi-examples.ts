import type { OpenAPIObject } from '@nestjs/swagger';
import type { SchemaObject } from './openapi-types.js';

const BY_FORMAT: Record<string, unknown> = {
  uuid: '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10',
  'date-time': '2026-01-15T09:30:00.000Z',
  uri: 'https://example.com/avatar.png',
};
const BY_TYPE: Record<string, unknown> = { string: 'text', integer: 1, number: 1, boolean: true };

/** An example of a schema, put together from the examples of its properties. */
export function exampleOf(document: OpenAPIObject, schema: SchemaObject): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  const target = schema.$ref ? resolve(document, schema.$ref) : (schema.allOf?.[0] ?? schema.oneOf?.[0]);
  if (target) return exampleOf(document, target);
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'array') return schema.items ? [exampleOf(document, schema.items)] : [];
  if (schema.type !== 'object') return BY_FORMAT[schema.format ?? ''] ?? BY_TYPE[schema.type ?? 'string'];
  const entries = Object.entries(schema.properties ?? {});
  return Object.fromEntries(entries.map(([name, property]) => [name, exampleOf(document, property)]));
}

function resolve(document: OpenAPIObject, ref: string): SchemaObject {
  const name = ref.split('/').at(-1) ?? '';
  const schema = document.components?.schemas?.[name] as SchemaObject | undefined;
  if (!schema) throw new Error(`The document has no schema ${name}`);
  return schema;
}
