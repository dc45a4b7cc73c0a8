import { rmSync } from 'node:fs';
import { keptServer } from './test-server.js';

export default async function tearDown(): Promise<void> {
  const kept = keptServer();
  await kept?.server.stop();
  if (kept) rmSync(kept.folder, { recursive: true, force: true });
}
