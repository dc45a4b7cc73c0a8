import { expect } from '@jest/globals';
import type { Client } from '../../libs/client/generated/client/index.js';
import type { TestApi } from '../support/api.js';

/** What a client that knows nothing of types gets. */
export interface Answer {
  status: number;
  headers: Headers;
  /** The body as it came. */
  text: string;
  /** The body as JSON; undefined where it is none. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the point of these tests is not to trust types
  json: any;
}

export interface Sent {
  /** Whose token to send; nobody's where it is left out. */
  as?: Client;
  /** Becomes JSON; a string or bytes go as they are, as JSON too, and a form as a form. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Sends a request that the generated client would not let pass. `path` is sent as it is. */
export async function send(test: TestApi, method: string, path: string, sent: Sent = {}): Promise<Answer> {
  const headers = new Headers(sent.headers);
  const token = sent.as && authorizationOf(sent.as);
  if (token) headers.set('authorization', token);
  const hasBody = sent.body !== undefined;
  const isForm = sent.body instanceof FormData;
  if (hasBody && !isForm && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const isRaw = isForm || typeof sent.body === 'string' || sent.body instanceof Uint8Array;
  const body = !hasBody ? {} : { body: isRaw ? (sent.body as string) : JSON.stringify(sent.body) };
  const response = await fetch(`${test.url}${path}`, { method, headers, ...body });
  // A stream that goes on for ever is only looked at.
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return { status: response.status, headers: response.headers, text: '', json: undefined };
  }
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

/** The header with which a client says who it is. */
export function authorizationOf(client: Client): string {
  return new Headers(client.getConfig().headers as Record<string, string>).get('authorization') ?? '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Holds an error to RFC 9457 and to what we promise besides. */
export function expectProblem(answer: Answer, status: number, code?: string): void {
  const { json } = answer;
  expect({ status: answer.status, code: json?.code }).toEqual({ status, code: code ?? json?.code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(Object.keys(json).sort()).toEqual(['code', 'detail', 'errors', 'request_id', 'status', 'title', 'type']);
  expect(json).toEqual({
    type: `urn:testlake:problem:${json.code}`,
    title: expect.stringMatching(/./),
    status,
    code: expect.stringMatching(/^[a-z_-]+\.[a-z_]+$/),
    detail: expect.stringMatching(/./),
    errors: expect.any(Array),
    request_id: answer.headers.get('x-request-id'),
  });
  for (const error of json.errors) {
    expect(error).toEqual({
      ...('pointer' in error ? { pointer: expect.any(String) } : { parameter: expect.any(String) }),
      code: expect.stringMatching(/^[a-z0-9_.]+$/),
      detail: expect.stringMatching(/./),
    });
  }
}
