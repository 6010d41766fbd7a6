import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sourceOf } from '../../../contracts/asset-store.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../../fixtures/servers/fault-proxy.ts';
import { type MemoryS3, memoryS3 } from '../../../fixtures/servers/memory-s3.ts';
import { impatientClock, s3Store, standInSettings } from '../../../fixtures/servers/s3-stores.ts';

const KEY = 'reel/videos/rome.mp4';
// More than sockets and buffers between reader and store can hold.
const content = Buffer.alloc(24 * 1024 * 1024, 'reel');

let bucket: MemoryS3;
let origin: FaultProxy;
/** Counts the connections to the origin. */
let server: FaultProxy;
beforeAll(async () => {
  bucket = memoryS3();
  origin = await startFaultProxy((...call) => bucket.handle(...call));
  server = await startFaultProxy(origin.url);
});
afterAll(async () => {
  await server.close();
  await origin.close();
});
beforeEach(() => {
  const facts = { etag: 'a'.repeat(32), headers: { 'content-type': 'video/mp4' }, modifiedAt: new Date() };
  bucket.objects.set(KEY, { bytes: content, ...facts });
  server.calls.length = 0;
  server.onRequest(() => undefined);
});

function open() {
  const clock = impatientClock();
  return { clock, store: s3Store(standInSettings(server.url), { clock }) };
}

async function rest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let next = await reader.read(); next.value; next = await reader.read()) pieces.push(next.value);
  return Buffer.concat(pieces);
}
const readAll = async (range?: { start: number; end: number }) =>
  rest((await open().store.open('rome.mp4', range)).getReader());
const ranges = () => server.calls.map(({ headers }) => headers.range);

/** The head of the whole object and its first bytes, and then something else. */
const begun = (then: (response: ServerResponse) => void): Fault => ({
  kind: 'answer',
  with: (_request, response) => {
    response.writeHead(200, { 'content-length': content.length, etag: `"${'a'.repeat(32)}"` });
    response.write(content.subarray(0, 100_000), () => then(response));
  },
});
const cut = begun((response) => response.destroy());
const failing = (...faults: Fault[]) => {
  const left = [...faults];
  server.onRequest(() => left.shift());
};

it.each<[string, Fault[]]>([
  ['is cut', [cut]],
  ['is cut, and the next are refused', [cut, { kind: 'refuse', status: 503 }, { kind: 'cut' }]],
])('goes on where the connection %s', async (_what, faults) => {
  failing(...faults);
  expect((await readAll()).equals(content)).toBe(true);
  expect(ranges().slice(1)).toEqual(faults.map(() => expect.stringMatching(/^bytes=[1-9]\d*-25165823$/)));
});

it('goes on where the store falls silent', async () => {
  failing(begun(() => {}));
  const { store, clock } = open();
  const reader = (await store.open('rome.mp4')).getReader();
  let read = 0;
  while (read < 100_000) read += (await reader.read()).value?.length ?? 0;
  const next = rest(reader);
  await new Promise((resolve) => setImmediate(resolve));
  clock.expire();
  expect(read + (await next).length).toBe(content.length);
});

it('gives up with a reason when the store stays away', async () => {
  failing(cut, ...Array.from({ length: 10 }, (): Fault => ({ kind: 'refuse', status: 503 })));
  await expect(readAll()).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('interrupted') });
});

it('never goes on with the bytes of another file', async () => {
  failing({
    ...cut,
    kind: 'answer',
    with: (request, response) => {
      const object = bucket.objects.get(KEY);
      if (object) bucket.objects.set(KEY, { ...object, etag: 'b'.repeat(32) });
      if (cut.kind === 'answer') cut.with(request, response);
    },
  });
  await expect(readAll()).rejects.toMatchObject({ code: 'network' });
});

it('refuses a store that ignores ranges', async () => {
  server.onRequest(() => begun((response) => response.end(content.subarray(100_000))));
  await expect(readAll({ start: 5, end: 9 })).rejects.toMatchObject({ code: 'network' });
});

it('ends the read at the store when the reader leaves', async () => {
  const { store } = open();
  const streams = await Promise.all(Array.from({ length: 20 }, () => store.open('rome.mp4')));
  const readers = streams.map((stream) => stream.getReader());
  await Promise.all(readers.map((reader) => reader.read()));
  await expect.poll(() => server.upstreamSockets()).toBe(20);
  await Promise.all(readers.map((reader) => reader.cancel()));
  await expect.poll(() => server.upstreamSockets()).toBe(0);
});

it('ends the read at the store when the reader stops, and goes on when it does', async () => {
  const { store, clock } = open();
  const reader = (await store.open('rome.mp4', { start: 10, end: content.length - 11 })).getReader();
  const first = (await reader.read()).value ?? Buffer.alloc(0);
  await expect.poll(() => server.upstreamSockets()).toBe(1);
  clock.expire();
  await expect.poll(() => server.upstreamSockets()).toBe(0);
  const bytes = Buffer.concat([first, await rest(reader)]);
  expect(bytes.equals(content.subarray(10, -10))).toBe(true);
});

it('keeps no upload waiting while many readers have stopped', async () => {
  const { store } = open();
  const readers = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const reader = (await store.open('rome.mp4')).getReader();
      await reader.read();
      return reader;
    }),
  );
  const other = sourceOf('another film');
  await store.put('paris.mp4', other, other.facts);
  await Promise.all(readers.map((reader) => reader.cancel()));
  await expect.poll(() => server.upstreamSockets()).toBe(0);
});
