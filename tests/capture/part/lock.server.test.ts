import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { acquirePartLock } from '#lib/capture/part/lock.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';

vi.mock(import('#lib/base/disk/file-lock.server.ts'), async (original) => {
  const real = await original();
  return { ...real, tryFileLock: vi.fn(real.tryFileLock) };
});
const it = useCaptureCase();
afterEach(() => vi.clearAllMocks());

// Between our opening of the lock file and our locking of it, the holder before us removes it and the next one makes another.
test.each(['removed', 'removed and made anew'])(
  'a lock on a file that was %s meanwhile is not taken for one',
  async (what) => {
    const path = join(it.folder, 'x.lock');
    writeFileSync(path, '');
    const real = vi.mocked(tryFileLock).getMockImplementation();
    let nameless: ReturnType<typeof tryFileLock>;
    vi.mocked(tryFileLock).mockImplementationOnce((at) => {
      nameless = real?.(at);
      rmSync(path);
      if (what !== 'removed') writeFileSync(path, '');
      return nameless;
    });
    const lock = await acquirePartLock(path, { clock: it.clock, timeoutMs: 1000 });
    expect(vi.mocked(tryFileLock).mock.calls.length).toBeGreaterThan(1);
    // The lock that we hold is the one that everybody else meets.
    expect(real?.(path)).toBeUndefined();
    await lock.release(true);
  },
);
