import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { assertCapturable } from '#lib/capture/capture.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

// Permissions do not bind root, and nobody fills a disk for a test.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof files>();
  return { ...real, access: vi.fn(real.access), statfs: vi.fn(real.statfs) };
});

afterEach(() => vi.clearAllMocks());

describe('what will be captured once it is paid for', () => {
  test('is fine with a new name in a folder that is made', async () => {
    const path = join(temporaryFolder(), 'new', 'v.mp4');
    await assertCapturable(path);
    expect(existsSync(dirname(path))).toBe(true);
  });

  test('is fine with a plain file that will be replaced', async () => {
    const path = join(temporaryFolder(), 'v.mp4');
    writeFileSync(path, 'old');
    await assertCapturable(path);
  });

  test.each<[string, string, (folder: string) => [path: string, options?: object]]>([
    ['a folder at its path', 'invalid-input', (folder) => [folder]],
    ['a name that no file can have', 'invalid-input', (folder) => [join(folder, 'x'.repeat(250))]],
    [
      'a folder that is a file',
      'disk',
      (folder) => {
        writeFileSync(join(folder, 'file'), '');
        return [join(folder, 'file', 'v.mp4')];
      },
    ],
    [
      'a folder in the place of the part',
      'invalid-input',
      (folder) => {
        mkdirSync(join(folder, 'v.mp4.part'));
        return [join(folder, 'v.mp4')];
      },
    ],
  ])('is refused for %s: %s', async (_name, code, make) => {
    expect(await rejection(assertCapturable(...make(temporaryFolder())))).toMatchObject({ name: 'ReelError', code });
  });

  test('is refused where we may not write', async () => {
    vi.mocked(files.access).mockRejectedValueOnce(Object.assign(new Error('no'), { code: 'EACCES' }));
    const error = await rejection(assertCapturable(join(temporaryFolder(), 'v.mp4')));
    expect(error).toMatchObject({ code: 'disk-denied' });
  });

  test('is refused on a full disk', async () => {
    vi.mocked(files.statfs).mockResolvedValueOnce({ bavail: 1, bsize: 4096 } as never);
    const error = await rejection(assertCapturable(join(temporaryFolder(), 'v.mp4')));
    expect(error).toMatchObject({ code: 'disk-full' });
  });
});
