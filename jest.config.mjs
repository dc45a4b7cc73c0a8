/** Tests run compiled, as the programs do; `npm test` builds first. */
export default {
  testEnvironment: 'node',
  rootDir: 'dist',
  testRegex: '\\.(spec|e2e-spec)\\.js$',
  transform: {},
  // The long form (`npm run test:long`) is the same tests with larger counts.
  testTimeout: process.env.TEST_LONG === 'true' ? 900_000 : 60_000,
  maxWorkers: 2,
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
};
