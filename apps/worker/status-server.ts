import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { HealthService } from '../../src/health/health.service.js';

/** The worker's only HTTP: `/health/live`, `/health/ready` and `/metrics`. */
export class StatusServer {
  private readonly server: Server;

  /** A worker that `isStopping` is not ready: it takes no more work, and whoever counts workers must not count it. */
  constructor(
    private readonly health: HealthService,
    private readonly metrics: Registry,
    private readonly isStopping: () => boolean,
  ) {
    this.server = createServer((request, response) => {
      void this.answer(request.url ?? '', response).catch(() => response.writeHead(500).end());
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

  private async answer(url: string, response: ServerResponse): Promise<void> {
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    switch (url.split('?')[0]) {
      case '/health/live':
        send(200, { status: 'live' });
        break;
      case '/health/ready': {
        const { status, ...answering } = await this.health.check();
        const isReady = status === 'ready' && !this.isStopping();
        send(isReady ? 200 : 503, {
          status: isReady ? 'ready' : 'not_ready',
          ...answering,
          stopping: this.isStopping(),
        });
        break;
      }
      case '/metrics': {
        const text = await this.metrics.metrics();
        response.writeHead(200, { 'content-type': this.metrics.contentType }).end(text);
        break;
      }
      default:
        send(404, { status: 'not_found' });
    }
  }
}
