import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '#lib/media/export/zip-layout.ts';
import { type ZipSource, zipStream } from '#lib/media/export/zip-stream.server.ts';

const CONTENT = Buffer.alloc(40_000, 'film');

function fileSource(name: string, given: Partial<ZipSource> = {}): ZipSource {
  return {
    ...{ name, sizeBytes: CONTENT.length, modifiedMs: 0, version: '1' },
    crc32: async () => crc32(CONTENT),
    open: async ({ start, end }) => new Blob([CONTENT.subarray(start, end + 1)]).stream(),
    ...given,
  };
}

function streamOf(sources: readonly ZipSource[], options: { start?: number; end?: number; signal?: AbortSignal } = {}) {
  const layout = layoutOf(sources);
  const { start = 0, end = layout.sizeBytes - 1, signal } = options;
  return zipStream(layout, sources, { start, end }, signal);
}

const bytesOf = async (stream: ReadableStream<Uint8Array>) => Buffer.concat(await Array.fromAsync(stream));

describe('a range', () => {
  const sources = [fileSource('a.mp4'), fileSource('b.mp4')];
  const { sizeBytes, parts } = layoutOf(sources);

  it.each([
    ['the first byte', 0, 0],
    ['within a header', 3, 20],
    ['from a header into content', 20, 500],
    ['within content', 1000, 2000],
    ['over two files', 39_000, 50_000],
    ['the directory', sizeBytes - 120, sizeBytes - 1],
    ['the last byte', sizeBytes - 1, sizeBytes - 1],
  ])('of %s has the bytes of the whole', async (_what, start, end) => {
    const whole = await bytesOf(streamOf(sources));
    expect(whole).toHaveLength(sizeBytes);
    expect(await bytesOf(streamOf(sources, { start, end }))).toEqual(whole.subarray(start, end + 1));
  });

  it('opens no file that lies before it', async () => {
    const opened: string[] = [];
    const noting = ['a.mp4', 'b.mp4'].map((name) => {
      const plain = fileSource(name);
      const open: ZipSource['open'] = (range) => {
        opened.push(`${name} ${range.start}`);
        return plain.open(range);
      };
      return { ...plain, open };
    });
    const second = parts.find((part) => part.kind === 'content' && part.entry === 1);
    await bytesOf(streamOf(noting, { start: (second?.start ?? 0) + 10 }));
    expect(opened).toEqual(['b.mp4 10']);
  });
});

describe('a client that leaves closes the file', () => {
  /** The first file of two; `left` says whether it was closed. */
  function leaving(open: (file: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>, isSilent = false) {
    const state = { left: false, opened: 0 };
    const file = () =>
      new ReadableStream<Uint8Array>(
        {
          pull: (controller) => (isSilent ? new Promise<void>(() => {}) : controller.enqueue(CONTENT.subarray(0, 100))),
          cancel: () => {
            state.left = true;
          },
        },
        { highWaterMark: 0 },
      );
    const source = (name: string) =>
      fileSource(name, {
        open: () => {
          state.opened += 1;
          return open(file());
        },
      });
    return { state, sources: [source('a.mp4'), source('b.mp4')] };
  }

  it('between two pieces', async () => {
    const { state, sources } = leaving(async (file) => file);
    const reader = streamOf(sources).getReader();
    await reader.read();
    await reader.read();
    await reader.cancel();
    expect(state).toEqual({ left: true, opened: 1 });
  });

  it('amid a read that never ends', async () => {
    const { state, sources } = leaving(async (file) => file, true);
    const reader = streamOf(sources).getReader();
    await reader.read();
    const reading = reader.read();
    await expect.poll(() => state.opened).toBe(1);
    await reader.cancel();
    expect(await reading).toMatchObject({ done: true });
    expect(state).toEqual({ left: true, opened: 1 });
  });

  it('that was just being opened', async () => {
    const { promise: opening, resolve: open } = Promise.withResolvers<void>();
    const { state, sources } = leaving(async (file) => opening.then(() => file));
    const reader = streamOf(sources).getReader();
    await reader.read();
    void reader.read();
    await expect.poll(() => state.opened).toBe(1);
    await reader.cancel();
    open();
    await expect.poll(() => state).toEqual({ left: true, opened: 1 });
  });

  it('also by the signal, while nobody reads', async () => {
    const { state, sources } = leaving(async (file) => file);
    const stop = new AbortController();
    const reader = streamOf(sources, { signal: stop.signal }).getReader();
    await reader.read();
    await reader.read();
    stop.abort();
    expect(state).toEqual({ left: true, opened: 1 });
    await expect(reader.read()).rejects.toMatchObject({ code: 'aborted' });
  });
});

it.each([
  ['other bytes', Buffer.alloc(CONTENT.length, 'else')],
  ['fewer bytes', CONTENT.subarray(0, 100)],
])('a file with %s by now ends the archive, and forgets its CRC-32', async (_what, now) => {
  let changed = 0;
  const source = fileSource('a.mp4', {
    open: async () => new Blob([now]).stream(),
    async onChanged() {
      changed += 1;
    },
  });
  await expect(bytesOf(streamOf([source]))).rejects.toMatchObject({ code: 'integrity', retryable: true });
  expect(changed).toBe(1);
});
