import { configDefaults, defineConfig } from 'vitest/config';

// Crash and build tests, and the long ones of the browser, take minutes. `npm test` leaves them out on a developer's machine
// and runs them wherever CI is set; `npm run test:all` runs them everywhere.
const isComplete = Boolean(process.env.CI || process.env.REELKEEP_ALL_TESTS);

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(isComplete ? [] : ['tests/**/*.slow.test.ts'])],
    environment: 'node',
    // Those of the developer: nothing in a test may leave through them.
    env: Object.fromEntries(
      ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
        [name, ''],
        [name.toLowerCase(), ''],
      ]),
    ),
    pool: 'forks',
    // Much of the time goes into waiting for processes and sockets: the default, a core less than there are, is 1 on two.
    maxWorkers: '150%',
    // A poll ends as soon as it comes true. The default of one second is too short for a machine that is busy.
    expect: { poll: { timeout: isComplete ? 30_000 : 15_000 } },
    testTimeout: isComplete ? 60_000 : 20_000,
    coverage: {
      provider: 'v8',
      include: ['src/lib/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 90 },
    },
  },
});
