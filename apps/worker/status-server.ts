import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import type { HealthService } from '../../src/health/health.service.js';

/** The worker's only HTTP: `/health/live`, `/health/ready` and `/metrics`. */
export class StatusServer {
  private readonly server: Server;

  constructor(health: HealthService, metrics: Registry) {
    this.server = createServer((request, response) => {
      void answer(request.url ?? '', health, metrics, response).catch(() => response.writeHead(500).end());
    });
  }

  /** Listens, and answers with the address. */
  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    const { address, port: bound, family } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function answer(url: string, health: HealthService, metrics: Registry, response: ServerResponse): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  switch (url.split('?')[0]) {
    case '/health/live':
      send(200, { status: 'live' });
      break;
    case '/health/ready': {
      const ready = await health.check();
      send(ready.status === 'ready' ? 200 : 503, ready);
      break;
    }
    case '/metrics':
      response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.metrics());
      break;
    default:
      send(404, { status: 'not_found' });
  }
}
