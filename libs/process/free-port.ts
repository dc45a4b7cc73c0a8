import { createServer } from 'node:net';

/**
 * Makes sure, before anything heavy is started, that the port can be opened; 0 becomes a free one, which then stays the same over
 * restarts. Throws Node's own error (EADDRINUSE, EACCES, EADDRNOTAVAIL), which `explain` knows.
 */
export function claimPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      const found = address !== null && typeof address !== 'string' ? address.port : port;
      probe.close(() => resolve(found));
    });
  });
}
