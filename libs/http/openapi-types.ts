/** The parts of an OpenAPI document that we complete; Nest's own types leave them open. */
export interface SchemaObject {
  $ref?: string;
  type?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  example?: unknown;
  default?: unknown;
  nullable?: boolean;
  properties?: Record<string, SchemaObject>;
  items?: SchemaObject;
  allOf?: SchemaObject[];
  oneOf?: SchemaObject[];
  additionalProperties?: boolean | SchemaObject;
}

export interface MediaType {
  schema?: SchemaObject;
  example?: unknown;
}

export interface ResponseObject {
  description: string;
  content?: Record<string, MediaType>;
  headers?: Record<string, unknown>;
}

export interface ParameterObject {
  name: string;
  in: string;
  description?: string;
  schema?: SchemaObject;
  example?: unknown;
}

export interface OperationObject {
  operationId: string;
  summary: string;
  security?: unknown[];
  parameters?: ParameterObject[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Record<string, ResponseObject>;
  'x-public'?: boolean;
  'x-status'?: number;
  'x-permission'?: string;
  'x-resource'?: string;
  'x-unauthorized'?: string;
  'x-forbidden'?: string;
  'x-not-found'?: string;
  'x-conflicts'?: Record<string, string>;
}
