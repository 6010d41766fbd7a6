import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { captureAsset } from '#lib/capture/capture.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { fileHandlePrototype } from '../../fixtures/file-handle.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { serve } from '../../fixtures/wire/fault-server.ts';

let video: Buffer;
let handles: Awaited<ReturnType<typeof fileHandlePrototype>>;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 3_500_000 });
  handles = await fileHandlePrototype();
});
const it = useCaptureCase();
beforeEach(() => {
  it.server.script(serve(video));
  return () => vi.restoreAllMocks();
});

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: made by the test`), { code });
}

/** Lets `good` writes of the part pass and fails the next one. */
function failWriteAfter(good: number, code: string) {
  const write = handles.write;
  let count = 0;
  return vi.spyOn(handles, 'write').mockImplementation(function (this: typeof handles, buffer, ...rest) {
    // Small writes are the sidecar's.
    if (buffer.byteLength > 5000) count += 1;
    return count > good ? Promise.reject(systemError(code)) : write.call(this, buffer, ...rest);
  });
}

describe('a disk that fails', () => {
  test.each([
    ['ENOSPC', 'disk-full', true],
    ['EDQUOT', 'disk-full', true],
    ['EFBIG', 'disk-full', true],
    ['EACCES', 'disk-denied', true],
    ['EROFS', 'disk-denied', true],
    ['EIO', 'disk', false],
  ] as const)('%s while writing is `%s`, is not retried, and the part is kept: %s', async (errno, code, kept) => {
    failWriteAfter(1, errno);
    const error = await it.failure();
    expect(error).toMatchObject({ code, retryable: false });
    expect(error.message).toContain(it.partPath);
    expect(it.server.requests).toHaveLength(1);
    expect(it.finalBytes()).toBeUndefined();
    expect(existsSync(it.partPath)).toBe(kept);
    vi.restoreAllMocks();
    const result = await it.capture();
    expect(result.resumedFrom).toBe(kept ? 1024 * 1024 : 0);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('a failed fsync throws the part away, and is never repeated', async () => {
    const sync = vi.spyOn(handles, 'sync').mockRejectedValueOnce(systemError('EIO'));
    expect(await it.failure()).toMatchObject({ code: 'disk' });
    expect(sync).toHaveBeenCalledTimes(1);
    expect(await it.files()).toEqual([]);
  });

  test('short writes are written on until all is there', async () => {
    const write = handles.write;
    const spy = vi.spyOn(handles, 'write').mockImplementation(function (
      this: typeof handles,
      buffer,
      offset,
      length,
      at,
    ) {
      return write.call(this, buffer, offset, Math.min(length ?? 0, 100_001), at);
    });
    await it.capture();
    expect(spy.mock.calls.length).toBeGreaterThan(30);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('a file that cannot fit is refused before a byte is written', async () => {
    const size = 2 ** 49;
    it.server.script(serve(video, { lengthHeader: String(size) }));
    const error = await it.failure({}, { maxBytes: 2 ** 50 });
    expect(error.code).toBe('disk-full');
    expect(error.message).toContain(String(size));
    expect(await it.files()).toEqual([]);
  });
});

describe('a path that cannot take a file', () => {
  const capture = (path: string) =>
    captureAsset({ url: it.server.url() }, path, { format: mp4, allowPrivateNetwork: true }).catch(
      (error: unknown) => error,
    );

  test.each<[string, (folder: string) => string]>([
    ['nothing', () => ''],
    ['a NUL', (folder) => join(folder, 'a\0b.mp4')],
    ['a folder by its name', (folder) => `${folder}/videos/`],
    ['a folder', (folder) => folder],
    ['a name of 250 bytes', (folder) => join(folder, 'x'.repeat(250))],
    ['a name of 85 letters with three bytes each', (folder) => join(folder, '影'.repeat(85))],
    ['a path of 5000 bytes', (folder) => join(folder, 'd/'.repeat(2500), 'v.mp4')],
  ])('%s is refused without a request', async (_name, path) => {
    const error = await capture(path(it.folder));
    expect(error).toMatchObject({ name: 'ReelError', code: expect.stringMatching(/^(invalid-input|disk)$/) });
    expect(it.server.requests).toHaveLength(0);
  });

  test('a folder that is a file', async () => {
    writeFileSync(join(it.folder, 'file'), '');
    expect(await capture(join(it.folder, 'file', 'v.mp4'))).toMatchObject({ code: 'disk' });
  });

  test.each(['', '.part', '.part.json', '.part.lock'])(
    'a link at the name of our file%s is not followed',
    async (ending) => {
      const victim = join(it.folder, 'victim');
      writeFileSync(victim, 'untouched');
      symlinkSync(victim, it.finalPath + ending);
      expect(await it.failure()).toMatchObject({ code: 'invalid-input' });
      expect(readFileSync(victim, 'utf8')).toBe('untouched');
      expect(it.server.requests).toHaveLength(0);
    },
  );

  test.each(['.part', '.part.json', '.part.lock'])('a folder in the place of our file%s', async (ending) => {
    mkdirSync(it.finalPath + ending);
    expect(await it.failure()).toMatchObject({ code: 'invalid-input' });
  });

  test('names with spaces, quotes, dashes and other scripts are names', async () => {
    const path = join(it.folder, '-a b\'c"d\n影 é.mp4');
    await captureAsset({ url: it.server.url() }, path, { format: mp4, allowPrivateNetwork: true });
    expect(readFileSync(path).equals(video)).toBe(true);
  });
});

describe('what a capture leaves open', () => {
  const openFiles = () => readdirSync('/proc/self/fd').length;
  test.skipIf(!existsSync('/proc/self/fd'))('is nothing, whether it ends well or not', async () => {
    await it.capture();
    const before = openFiles();
    for (let round = 0; round < 3; round += 1) {
      await it.capture();
      it.server.script(serve(video, { crc64: '1' }));
      await it.failure();
      it.server.script(serve(video));
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(openFiles()).toBeLessThanOrEqual(before + 1);
  });
});
