import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import {
  answer,
  hangUp,
  raw,
  redirect,
  type SeenRequest,
  type Step,
  serve,
  silence,
} from '../../fixtures/wire/fault-server.ts';

const MIB = 1024 * 1024;
let video: Buffer;
let large: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 200_000 });
  large = await makeMp4({ sizeBytes: 2.5 * MIB });
});
const it = useCaptureCase();
const ranges = (requests: SeenRequest[]) => requests.map(({ headers }) => headers.range);

describe('a connection that is cut', () => {
  const places = [1, 11, 12, 1000, MIB - 1, MIB, MIB + 1, 2 * MIB];
  test.each(
    places.flatMap((cutAt) => [
      { cutAt, cutBy: 'fin' as const },
      { cutAt, cutBy: 'rst' as const },
    ]),
  )('at byte $cutAt by $cutBy goes on with the missing bytes only', async ({ cutAt, cutBy }) => {
    it.server.script(serve(large, { cutAt, cutBy }), serve(large));
    const result = await it.capture();
    expect(it.finalBytes()?.equals(large)).toBe(true);
    expect(result.attempts).toBe(2);
    const second = it.server.requests[1]?.headers;
    if (result.resumedFrom === 0) {
      // Less than an MP4's first box, or bytes that the reset took back out of the kernel: nothing to go on from.
      expect(second?.range).toBeUndefined();
      expect(cutAt < 12 || cutBy === 'rst').toBe(true);
    } else {
      expect(second).toMatchObject({ range: `bytes=${result.resumedFrom}-`, 'if-match': '"v1"', 'if-range': '"v1"' });
      if (cutBy === 'fin') expect(result.resumedFrom).toBe(cutAt);
    }
  });

  test('at the last byte but one goes on with one byte', async () => {
    it.server.script(serve(large, { cutAt: large.length - 1 }), serve(large));
    expect(await it.capture()).toMatchObject({ resumedFrom: large.length - 1, attempts: 2 });
  });

  test('many times over still makes a whole file, and progress keeps the waits short', async () => {
    it.server.script(...Array.from({ length: 8 }, () => serve(large, { cutAt: 300_000 })), serve(large));
    await it.capture();
    expect(it.finalBytes()?.equals(large)).toBe(true);
    expect(it.clock.waits).toEqual(Array.from({ length: 8 }, () => 1000));
  });

  test('always at the same byte is no progress: the waits grow', async () => {
    it.server.script(
      ...Array.from({ length: 6 }, () => serve(large, { cutAt: 300_000, ignoreRange: true })),
      serve(large),
    );
    await it.capture();
    expect(it.clock.waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000]);
    expect(it.finalBytes()?.equals(large)).toBe(true);
  });
});

describe('a passing fault is waited through', () => {
  const chunkedHead = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  const faults: Array<[string, Step]> = [
    ['closed before the answer', hangUp],
    ['silent before the answer', silence],
    ['silent in the middle', (socket, request) => serve(video, { stallAt: 5000 })(socket, request)],
    ['half a head', raw('HTTP/1.1 200 OK\r\ncontent-le')],
    ['garbage', raw('<html>hello')],
    ['HTTP/0.9', raw('\x00\x00\x00\x18ftypmp42')],
    ['a head of 100 KiB', raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)],
    ['a header without a colon', raw('HTTP/1.1 200 OK\r\nnonsense\r\n\r\n')],
    ['two lengths', raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello')],
    ['a negative length', raw('HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nhello')],
    ['a length and chunks', raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n')],
    ['an unknown transfer coding', raw('HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n')],
    ['another protocol', raw('HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 200 OK\r\n\r\n')],
    ['202', answer(202, 'not ready yet')],
    ['205', answer(205)],
    [
      'chunks that are compressed',
      raw('HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n4\r\n\x1f\x8b\x08\0\r\n0\r\n\r\n'),
    ],
    ['a bad chunk size', raw(`${chunkedHead}zz\r\nhello`)],
    ['a chunk longer than announced', raw(`${chunkedHead}c\r\n\0\0\0\x18ftypmp42hello\r\n0\r\n\r\n`)],
    ['no last chunk', (socket, request) => serve(video, { framing: 'chunked', cutAt: 50_000 })(socket, request)],
    ['204', answer(204)],
    ['304', answer(304)],
    ['206 that nobody asked for', answer(206, 'part', { 'content-range': 'bytes 5-8/100' })],
    ['multipart/byteranges', answer(206, '--x', { 'content-type': 'multipart/byteranges; boundary=x' })],
    ['gzip although identity was asked for', answer(200, 'xx', { 'content-encoding': 'gzip' })],
    [
      'more bytes than announced',
      (socket) =>
        raw(`HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n${video.toString('latin1', 0, 40)}`)(socket, {
          method: '',
          target: '',
          headers: {},
        }),
    ],
    ['a redirect without a Location', answer(302)],
    ['a redirect to another scheme', redirect('ftp://127.0.0.1/x')],
    ...[408, 425, 429, 500, 502, 503, 504, 529].map((status): [string, Step] => [`${status}`, answer(status, 'later')]),
  ];
  test.each(faults)('%s', async (name, fault) => {
    it.server.script(fault, serve(video));
    // Only silence takes as long as that, and for silence a slow machine may be taken, too.
    const isSilent = name.startsWith('silent');
    const result = await it.capture({}, { stallTimeoutMs: isSilent ? 300 : 60_000 });
    if (isSilent) expect(result.attempts).toBeGreaterThan(1);
    else expect(result.attempts).toBe(2);
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(await it.files()).toEqual(['video.mp4']);
  });

  test('a refused connection', async () => {
    const closed = createServer();
    const port = await new Promise<number>((resolve) => {
      closed.listen(0, '127.0.0.1', () => {
        const address = closed.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    await new Promise((resolve) => closed.close(resolve));
    const reasons: string[] = [];
    const error = await it.failure(
      { url: `http://127.0.0.1:${port}/`, expiresAt: new Date(it.clock.now() + 100_000) },
      { onProgress: (progress) => progress.stage === 'retrying' && reasons.push(progress.reason) },
    );
    expect(error).toMatchObject({ code: 'network', retryable: true });
    expect(new Set(reasons)).toEqual(new Set(['ECONNREFUSED']));
    expect(await it.files()).toEqual([]);
  });

  test('a name that does not resolve for a while', async () => {
    it.server.script(serve(video));
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      if (asked < 3) throw Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' });
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const url = `http://results.test:${it.server.port}/v.mp4`;
    expect(await it.capture({ url }, { resolve })).toMatchObject({ attempts: 3 });
  });

  test('a connection that nobody answers', async () => {
    it.server.script(serve(video));
    let asked = 0;
    const resolve = () => {
      asked += 1;
      const address = [{ address: '127.0.0.1', family: 4 }];
      return asked === 1 ? new Promise<typeof address>(() => {}) : Promise.resolve(address);
    };
    const url = `http://results.test:${it.server.port}/v.mp4`;
    expect(await it.capture({ url }, { resolve, connectTimeoutMs: 1000 })).toMatchObject({ attempts: 2 });
  });
});

describe('what a broken server or gateway answers for hours', () => {
  const HOUR_MS = 3_600_000;
  const lasting: Array<[string, Step]> = [
    ['204', answer(204)],
    ['304', answer(304)],
    ['compressed answers', answer(200, 'xx', { 'content-encoding': 'br' })],
    ['garbage', raw('<html>hello')],
    ['a redirect loop', redirect('/video.mp4')],
    ['a redirect without a Location', answer(302)],
    ['206 that nobody asked for', answer(206, 'part', { 'content-range': 'bytes 5-8/100' })],
    ['409', answer(409)],
    ['503', answer(503)],
  ];

  test.each(lasting)('%s: is waited through, growing and not hot, and the video is captured', async (_name, fault) => {
    const startMs = it.clock.now();
    it.server.script((socket, request) => {
      const step = it.clock.now() < startMs + 5 * HOUR_MS ? fault : serve(video);
      step(socket, request);
    });
    await it.capture({ expiresAt: new Date(startMs + 6 * HOUR_MS) }, { retryMaxMs: HOUR_MS });
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(it.clock.waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(it.clock.waits.length).toBeLessThan(25);
  });

  test.each(lasting)(
    '%s: until the deadline and an hour, then it says what came, and not that the link is dead',
    async (_name, fault) => {
      const expiresAt = new Date(it.clock.now() + 2 * HOUR_MS);
      it.server.script(fault);
      const error = await it.failure({ expiresAt }, { retryMaxMs: HOUR_MS });
      expect(error).toMatchObject({ code: 'network', retryable: true, expiresAt });
      expect(error.message).toMatch(/the link's deadline has passed \(last: .{5,}\)/);
      expect(it.clock.now()).toBeGreaterThanOrEqual(expiresAt.getTime());
    },
  );
});

describe('a lasting fault ends', () => {
  test.each<[string, object, string]>([
    ['none were sent', {}, 'No credentials were sent'],
    ['some were sent', { headers: { 'x-key': 'k' } }, 'Check the credentials in `headers`'],
  ])('401 at once, with advice that fits: %s', async (_name, asset, advice) => {
    it.server.script(answer(401));
    const error = await it.failure(asset);
    expect(error).toMatchObject({ code: 'auth', retryable: false });
    expect(error.message).toContain(advice);
    expect(it.server.requests).toHaveLength(1);
  });

  test.each([400, 402, 405, 451])('%i at once', async (status) => {
    it.server.script(answer(status));
    expect(await it.failure()).toMatchObject({ code: 'network', retryable: false });
    expect(it.server.requests).toHaveLength(1);
  });

  test('a body that never ends, at the limit, with nothing left behind', async () => {
    it.server.script((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n\r\n${''}`);
      socket.write(video);
      const more = Buffer.alloc(64 * 1024);
      const next = () => socket.write(more, (error) => error ?? setImmediate(next));
      next();
    });
    expect(await it.failure({}, { maxBytes: 5 * MIB })).toMatchObject({ code: 'too-large' });
    expect(it.server.requests).toHaveLength(1);
    expect(await it.files()).toEqual([]);
  });

  test('a length over the limit before a byte is written', async () => {
    it.server.script(serve(video));
    const error = await it.failure({}, { maxBytes: video.length - 1 });
    expect(error.code).toBe('too-large');
    expect(error.message).toContain(`${video.length}`);
    expect(await it.files()).toEqual([]);
  });

  test('more than 4 GiB by default', async () => {
    it.server.script(serve(video, { lengthHeader: String(4 * 1024 ** 3 + 1) }));
    expect(await it.failure()).toMatchObject({ code: 'too-large' });
  });
});

describe('a length that lies', () => {
  test('too small: the MP4 does not end there', async () => {
    const short = video.subarray(0, 100_000);
    it.server.script(serve(short));
    expect(await it.failure()).toMatchObject({ code: 'not-a-video', stage: 'verifying' });
    expect(it.server.requests).toHaveLength(2);
    expect(await it.files()).toEqual([]);
  });

  test('too large: what is missing is asked for, and the server says that there is none', async () => {
    it.server.script(serve(video, { lengthHeader: String(video.length + 10) }), serve(video));
    await it.capture();
    expect(ranges(it.server.requests)).toEqual([undefined, `bytes=${video.length}-`, undefined]);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('too small, and the rest comes all the same: the MP4 does not end there either', async () => {
    const reasons: string[] = [];
    it.server.script((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n`);
      socket.write(video.subarray(0, 50_000), () => setTimeout(() => socket.end(video.subarray(50_000)), 30));
    }, serve(video));
    await it.capture({}, { onProgress: (report) => report.stage === 'retrying' && reasons.push(report.reason) });
    expect(reasons).toEqual([expect.stringContaining('not a complete MP4 video')]);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('not the expected one: refused before a byte is written, twice', async () => {
    it.server.script(serve(video));
    expect(await it.failure({}, { expected: { sizeBytes: 7 } })).toMatchObject({ code: 'integrity' });
    expect(it.server.requests).toHaveLength(2);
    expect(await it.files()).toEqual([]);
  });
});

describe('cancelling', () => {
  const stops: Array<[string, Step]> = [
    ['before the answer', silence],
    ['in the middle', (socket, request) => serve(video, { stallAt: 120_000 })(socket, request)],
  ];
  test.each(stops)('%s ends at once as `aborted` and keeps what is there', async (_name, step) => {
    const controller = new AbortController();
    it.server.script(step, serve(video));
    const ending = it.failure({}, { signal: controller.signal });
    const arrived = step === silence ? 0 : 120_000;
    await expect.poll(() => it.server.requests).toHaveLength(1);
    await expect.poll(() => statSync(it.partPath).size).toBe(arrived);
    controller.abort();
    expect(await ending).toMatchObject({ code: 'aborted' });
    expect(it.finalBytes()).toBeUndefined();
    const result = await it.capture();
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(result.resumedFrom).toBe(arrived);
  });

  test('before the start asks nothing', async () => {
    it.server.script(serve(video));
    expect(await it.failure({}, { signal: AbortSignal.abort() })).toMatchObject({ code: 'aborted' });
    expect(it.server.connections()).toBe(0);
  });

  test('just before the rename publishes nothing and keeps the part', async () => {
    const controller = new AbortController();
    it.server.script(serve(video));
    const options = {
      signal: controller.signal,
      onProgress: ({ stage }: { stage: string }) => stage === 'verifying' && controller.abort(),
    };
    expect(await it.failure({}, options)).toMatchObject({ code: 'aborted' });
    expect(it.finalBytes()).toBeUndefined();
    expect(await it.capture()).toMatchObject({ attempts: 0, resumedFrom: video.length });
  });
});
