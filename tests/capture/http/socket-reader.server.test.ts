import { describe, expect, onTestFinished, test } from 'vitest';
import { HttpFault } from '#lib/capture/http/fault.ts';
import { type SocketOptions, SocketReader } from '#lib/capture/http/socket-reader.server.ts';
import { parseTarget } from '#lib/capture/http/target.ts';
import { hangUp, raw, type Step, silence, startFaultServer } from '../../fixtures/wire/fault-server.ts';

const REQUEST = 'GET / HTTP/1.1\r\n\r\n';

/** A reader that has asked a server which answers like this. */
async function readerOf(step: Step, options: Partial<SocketOptions> = {}): Promise<SocketReader> {
  const server = await startFaultServer(step);
  const reader = new SocketReader(parseTarget(server.url()), {
    lookup: (_name, _options, callback) => callback(null, '127.0.0.1', 4),
    connectTimeoutMs: 10_000,
    stallTimeoutMs: 10_000,
    tooLate: () => undefined,
    ...options,
  });
  onTestFinished(async () => {
    reader.close();
    await server.close();
  });
  reader.write(REQUEST);
  return reader;
}

/** Everything until the other side ends; a piece is valid only until the next one is asked for. */
async function readAll(reader: SocketReader): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let piece = await reader.read(); piece; piece = await reader.read()) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe('a connection that is read', () => {
  test('gives every byte once and in order, and then its end', async () => {
    const sent = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => (index * 31) % 251));
    expect((await readAll(await readerOf(raw(sent)))).equals(sent)).toBe(true);
  });

  test('is not read on while nobody asks', async () => {
    let taken = 0;
    const flood: Step = (socket) => {
      const more = () => {
        taken += 1;
        if (taken < 2000) socket.write(Buffer.alloc(64 * 1024), more);
      };
      more();
    };
    const reader = await readerOf(flood);
    await reader.read();
    let before = -1;
    // The buffers of the kernel fill up, and then no more goes.
    await expect
      .poll(() => {
        const isStill = taken === before;
        before = taken;
        return isStill;
      })
      .toBe(true);
    expect(taken).toBeLessThan(2000);
  });

  test('ends with `stall` when the server stays silent', async () => {
    const reader = await readerOf(silence, { stallTimeoutMs: 20 });
    await expect(reader.read()).rejects.toMatchObject({ kind: 'stall', message: expect.stringContaining('20 ms') });
  });

  test('hands over no byte that comes too late', async () => {
    const late = new HttpFault('stall', 'too late');
    const reader = await readerOf(raw('bytes'), { tooLate: () => late });
    await expect(reader.read()).rejects.toBe(late);
  });

  test('ends when the caller gives up', async () => {
    const controller = new AbortController();
    const reader = await readerOf(silence, { signal: controller.signal });
    const reading = reader.read();
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  });

  test('ends at once when the caller had given up before', async () => {
    const reader = await readerOf(raw('bytes'), { signal: AbortSignal.abort() });
    await expect(reader.read()).rejects.toMatchObject({ code: 'aborted' });
  });

  test('that we have closed gives nothing more', async () => {
    const reader = await readerOf(silence);
    reader.close();
    await expect(reader.read()).rejects.toMatchObject({ kind: 'cut' });
  });

  test('that the server resets is cut, not ended', async () => {
    const reader = await readerOf((socket) => socket.resetAndDestroy());
    await expect(reader.read()).rejects.toMatchObject({ kind: 'cut', message: expect.stringContaining('ECONNRESET') });
  });

  test('that the server ends without a word has ended', async () => {
    expect(await (await readerOf(hangUp)).read()).toBeUndefined();
  });
});

test('a server that is not there is a fault of the connection', async () => {
  const server = await startFaultServer();
  await server.close();
  const reader = new SocketReader(parseTarget(server.url()), {
    lookup: (_name, _options, callback) => callback(null, '127.0.0.1', 4),
    connectTimeoutMs: 10_000,
    stallTimeoutMs: 10_000,
    tooLate: () => undefined,
  });
  await expect(reader.read()).rejects.toMatchObject({
    kind: 'connect',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});
