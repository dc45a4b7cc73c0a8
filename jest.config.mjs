/** Tests run compiled, as the programs do; `npm test` builds first. */
export default {
  testEnvironment: 'node',
  rootDir: 'dist',
  testRegex: '\\.(spec|e2e-spec)\\.js$',
  transform: {},
  testTimeout: 60_000,
  maxWorkers: 2,
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
};
