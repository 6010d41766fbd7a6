import { truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { streamFile } from '#lib/base/disk/file-stream.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const SIZE = 600_000;
let path: string;
let handle: FileHandle;
const isOpen = () =>
  handle.stat().then(
    () => true,
    () => false,
  );

beforeEach(async () => {
  path = join(temporaryFolder(), 'file');
  writeFileSync(path, '0123456789'.repeat(SIZE / 10));
  handle = await open(path);
});

describe('the stream of a file', () => {
  it.each([
    [{ start: 3, end: 5 }, '345'],
    [{ start: SIZE - 1, end: SIZE - 1 }, '9'],
    [{ start: 0, end: -1 }, ''],
  ])('has the bytes of %j, and closes the file behind them', async (range, expected) => {
    const onClose = vi.fn();
    expect(await new Response(streamFile(handle, range, onClose)).text()).toBe(expected);
    expect([await isOpen(), onClose.mock.calls.length]).toEqual([false, 1]);
  });

  it('reads only what is taken, and closes the file when it is cancelled', async () => {
    const read = vi.spyOn(handle, 'read');
    const onClose = vi.fn();
    const reader = streamFile(handle, { start: 0, end: SIZE - 1 }, onClose).getReader();
    expect(read).not.toHaveBeenCalled();
    const { value } = await reader.read();
    expect([value?.length, read.mock.calls.length]).toEqual([256 * 1024, 1]);
    await reader.cancel();
    expect([await isOpen(), onClose.mock.calls.length]).toEqual([false, 1]);
  });

  it('ends in an error where the file was cut short meanwhile', async () => {
    const stream = streamFile(handle, { start: 0, end: SIZE - 1 });
    truncateSync(path, 300_000);
    await expect(new Response(stream).arrayBuffer()).rejects.toThrow('ended early');
    expect(await isOpen()).toBe(false);
  });
});
