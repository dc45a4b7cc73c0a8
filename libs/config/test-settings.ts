import { childEnvironment } from './child-environment.js';

/** What the tests' set-up tells the tests. */
export interface TestSettings {
  /** PostgreSQL server on which each test file makes its own database. */
  serverUrl: string;
  /** True for `npm run test:long`: the tests' full sizes. */
  isLong: boolean;
}

/** The settings of this test run. */
export function testSettings(): TestSettings {
  const environment = childEnvironment();
  return { serverUrl: environment.TEST_SERVER_URL ?? '', isLong: environment.TEST_LONG === 'true' };
}

/** Tells the test processes, which inherit the environment, where the server is. */
export function announceTestServer(serverUrl: string): void {
  process.env.TEST_SERVER_URL = serverUrl;
}
