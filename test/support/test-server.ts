import type { EmbeddedPostgres } from '../../libs/database/embedded-postgres.js';

interface TestServer {
  server: EmbeddedPostgres;
  folder: string;
}

const place = globalThis as { testServer?: TestServer };

/** Jest runs set-up and tear-down in one process, but loads them apart: only `globalThis` reaches from one to the other. */
export function keepServer(server: TestServer): void {
  place.testServer = server;
}

export function keptServer(): TestServer | undefined {
  return place.testServer;
}
