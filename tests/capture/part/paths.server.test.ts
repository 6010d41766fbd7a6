import { existsSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { assertFreeSpace, prepareCapturePaths } from '#lib/capture/part/paths.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

// Nobody fills a disk for a test.
vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof files>()), statfs: vi.fn() }));

const MARGIN_BYTES = 16 * 1024 * 1024;

function leave(freeBytes: number): void {
  vi.mocked(files.statfs).mockResolvedValueOnce({ bavail: freeBytes, bsize: 1 } as never);
}

describe('the space that a capture asks for', () => {
  test.each([
    ['all that is missing and the margin', 1000, MARGIN_BYTES + 1000],
    ['the margin alone, of a length that is not known', undefined, MARGIN_BYTES],
  ])('is %s', async (_what, missingBytes, neededBytes) => {
    leave(neededBytes);
    await assertFreeSpace('/videos/a.mp4', missingBytes);
    leave(neededBytes - 1);
    expect(await rejection(assertFreeSpace('/videos/a.mp4', missingBytes))).toMatchObject({ code: 'disk-full' });
  });

  test('is not asked for on a file system that does not know its size', async () => {
    vi.mocked(files.statfs).mockResolvedValueOnce({ bavail: 0, bsize: 4096, blocks: 0 } as never);
    await expect(assertFreeSpace('/videos/a.mp4', 1000)).resolves.toBeUndefined();
    vi.mocked(files.statfs).mockResolvedValueOnce({ bavail: 0, bsize: 4096, blocks: 1 } as never);
    expect(await rejection(assertFreeSpace('/videos/a.mp4', 1000))).toMatchObject({ code: 'disk-full' });
  });

  test.each([
    [1000, 'needs 1000 more bytes, and 16777216 bytes (16 MiB) that stay free on the disk; /videos has 491520 free.'],
    [undefined, '/videos/a.mp4 needs 16777216 bytes (16 MiB) that stay free on the disk; /videos has 491520 free.'],
  ])('is told with %s bytes missing, the margin in words', async (missingBytes, text) => {
    leave(491_520);
    const error = await rejection(assertFreeSpace('/videos/a.mp4', missingBytes));
    expect(String(error)).toContain(text);
    expect(String(error)).not.toContain('needs 0');
  });
});

test.each([
  [true, false],
  [undefined, true],
])('the folder of a capture, needed: %s, is made: %s', async (needsFolder, isMade) => {
  const folder = join(temporaryFolder(), 'drive');
  await prepareCapturePaths(join(folder, 'a.mp4'), { needsFolder });
  expect(existsSync(folder)).toBe(isMade);
});
