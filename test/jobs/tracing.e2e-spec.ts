import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok } from '../support/project.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';

interface Span {
  traceId: string;
  name: string;
  service: string;
}
interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<Span, 'service'>[] }[];
  }[];
}

let collector: Server;
let test: TestApi;
const spans: Span[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => {
    void json(request).then((body) => {
      for (const { resource, scopeSpans } of (body as Export).resourceSpans) {
        const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
        spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service }))));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  collector.close();
});

it('follows a run from the request through the queue to the workers', async () => {
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  test = await startApi({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, SLICE_ROWS: '1000' });
  const worker = await startWorker(test.db.url, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  const project = await givenProject(test);
  const schema = await project.schema('Traced', [{ name: 'name', type: 'string' }]);
  const path = { schemaId: schema.id, envId: project.environmentId };
  const { id } = await ok(api.generate({ client: project.as.writer, path, body: { count: 6_000 } }));
  await runUntil(project.as.writer, id);
  // What has not been sent yet is sent when they end.
  await worker.stop();
  await test.close();
  const post = spans.filter(({ name }) => name.startsWith('POST ') && name.endsWith('/generate'));
  expect(post).toHaveLength(1);
  const trace = spans.filter(({ traceId }) => traceId === post[0]?.traceId);
  expect(trace.filter(({ service }) => service === 'testlake-api').length).toBeGreaterThan(1);
  // All six slices, those included that earlier ones brought into the queue.
  const done = trace.filter(({ service, name }) => service === 'testlake-worker' && /process/.test(name));
  expect(done).toHaveLength(6);
});
