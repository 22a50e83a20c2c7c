// Three tiers, one config; scripts/test.ts runs them. The API tier brings its own server, the e2e tier its cluster, which some
// of its suites do not use.
const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],
  testEnvironmentOptions: { customExportConditions: ['@stoker/source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['/dist/', '/bundle/'],
};

const withoutCluster = 'images|programs|releaseToRegistry';

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      setupFilesAfterEnv: ['<rootDir>/scripts/test/patience.mjs'],
      testMatch: [
        '<rootDir>/{packages,apps}/*/src/**/*.test.ts',
        '<rootDir>/e2e/src/**/*.test.ts',
        '<rootDir>/scripts/**/*.test.ts',
        '<rootDir>/bench/**/*.test.ts',
        '<rootDir>/deploy/charts/**/*.test.ts',
      ],
      testPathIgnorePatterns: ['/node_modules/', '\\.api\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'api',
      setupFilesAfterEnv: ['<rootDir>/scripts/test/patience.mjs'],
      testMatch: [
        '<rootDir>/{packages,apps}/*/src/**/*.api.test.ts',
        '<rootDir>/e2e/src/**/*.api.test.ts',
        '<rootDir>/bench/**/*.api.test.ts',
        '<rootDir>/deploy/charts/**/*.api.test.ts',
      ],
      testEnvironment: '<rootDir>/e2e/src/api-server/environment.mjs',
      globalSetup: '<rootDir>/e2e/src/api-server/globalSetup.mjs',
      globalTeardown: '<rootDir>/e2e/src/api-server/globalTeardown.mjs',
    },
    {
      ...shared,
      displayName: 'e2e',
      setupFilesAfterEnv: ['<rootDir>/scripts/test/patience.mjs'],
      testMatch: [`<rootDir>/e2e/tests/!(${withoutCluster}).e2e.test.ts`],
      globalSetup: '<rootDir>/e2e/src/cluster/globalSetup.mjs',
      globalTeardown: '<rootDir>/e2e/src/cluster/globalTeardown.mjs',
    },
    {
      ...shared,
      displayName: 'e2e-no-cluster',
      setupFilesAfterEnv: ['<rootDir>/scripts/test/patience.mjs'],
      testMatch: [`<rootDir>/e2e/tests/@(${withoutCluster}).e2e.test.ts`],
    },
  ],
};
