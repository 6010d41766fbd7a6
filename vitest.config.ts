import { readdirSync, readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

// Crash, build and browser tests, and those that make whole videos by the dozen, take minutes. `npm test` leaves them out on a
// developer's machine and runs them wherever CI is set; `npm run test:all` runs them everywhere.
const isComplete = Boolean(process.env.CI || process.env.REELKEEP_ALL_TESTS);
const SLOW = 'tests/**/*.slow.test.ts';
/**
 * Files that need a process of their own: a replaced module would stay replaced for the next file of the worker, open files
 * are counted by process, and a few say so themselves (`// isolated: why`).
 */
const ISOLATED = readdirSync('tests', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.slow.test.ts'))
  .map((name) => `tests/${name.replaceAll('\\', '/')}`)
  .filter((path) =>
    /^vi\.mock\(|^\/\/ isolated: |\/open-files\.ts'|\/proc\/self\/fd/m.test(readFileSync(path, 'utf8')),
  );

/** Begins with what takes minutes: begun last, it would run alone. Otherwise the largest files are first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]) {
    const isLong = ({ moduleId }: (typeof files)[number]) => /tests\/(crash|package)\/|standing-still/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  // For the runes of `*.svelte.ts`.
  plugins: [svelte({ configFile: false })],
  test: {
    // Much of the time goes into waiting for processes and sockets, most of all in the slow tests: the default, a core less
    // than there are, is 1 on two.
    maxWorkers: isComplete ? '200%' : '150%',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, SLOW, ...ISOLATED],
          // Loading the library anew for each of 200 files took longer than the tests.
          pool: 'threads',
          isolate: false,
        },
      },
      { extends: true, test: { name: 'isolated', include: ISOLATED, pool: 'forks' } },
      ...(isComplete
        ? [{ extends: true as const, test: { name: 'slow', include: [SLOW], pool: 'forks' as const } }]
        : []),
    ],
    environment: 'node',
    env: {
      // Those of the developer: nothing in a test may leave through them.
      ...Object.fromEntries(
        ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
          [name, ''],
          [name.toLowerCase(), ''],
        ]),
      ),
      // ffmpeg takes half a second for each film. Tests of pictures ask for them.
      REELKEEP_PICTURES: '0',
    },
    // Only what hangs comes to these limits: a test passes however slow and busy the machine is.
    expect: { poll: { timeout: isComplete ? 120_000 : 30_000 } },
    testTimeout: isComplete ? 300_000 : 60_000,
    hookTimeout: isComplete ? 300_000 : 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/lib/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 90 },
    },
  },
});
