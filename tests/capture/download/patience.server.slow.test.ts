import { beforeAll, describe, expect, test } from 'vitest';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { answer, hangUp, raw, type Step, serve, silence } from '../../fixtures/wire/fault-server.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 150_000 });
});
const it = useCaptureCase();
const waitedMs = () => it.clock.waits.reduce((sum, ms) => sum + ms, 0);

const dead: Array<[string, Step, string]> = [
  ['hangs up', hangUp, 'network'],
  ['is silent', silence, 'network'],
  ['answers 503', answer(503), 'network'],
  ['answers 429', answer(429), 'rate-limited'],
  ['answers garbage', raw('<html>hello'), 'network'],
  ['answers 304', answer(304), 'network'],
];

describe('without a known deadline', () => {
  test.each(dead)('a server that %s is given up after a minute without a byte', async (name, step, code) => {
    it.server.script(step);
    const error = await it.failure({}, name === 'is silent' ? { stallTimeoutMs: 20 } : {});
    expect(error).toMatchObject({ code, retryable: true, stage: 'downloading', expiresAt: undefined });
    expect(error.message).toMatch(/no data was received for .*\(last: .{5,}\)/);
    expect(waitedMs()).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(waitedMs()).toBeLessThan(2 * MINUTE_MS);
    expect(it.server.connections()).toBeGreaterThan(4);
    expect(await it.files()).toEqual([]);
  });

  test('what a dead server left stays for the next call', async () => {
    it.server.script(serve(video, { cutAt: 50_000 }), hangUp);
    expect(await it.failure()).toMatchObject({ code: 'network' });
    expect(await it.files()).toEqual(['video.mp4.part', 'video.mp4.part.json', 'video.mp4.part.lock']);
    it.server.script(serve(video));
    expect(await it.capture()).toMatchObject({ resumedFrom: 50_000 });
  });

  test('every byte of progress begins the minute anew', async () => {
    const faults = Array.from({ length: 5 }, () => hangUp);
    it.server.script(
      ...faults,
      serve(video, { cutAt: 30_000 }),
      ...faults,
      serve(video, { cutAt: 30_000 }),
      ...faults,
      serve(video),
    );
    await it.capture();
    expect(waitedMs()).toBeGreaterThan(MINUTE_MS);
  });

  test('a server that always cuts at the same byte makes no progress', async () => {
    it.server.script(serve(video, { cutAt: 50_000, etag: null }));
    expect(await it.failure()).toMatchObject({ code: 'network' });
    expect(waitedMs()).toBeLessThan(2 * MINUTE_MS);
  });

  test('one fault that took hours is still repeated: the machine may have slept', async () => {
    const slept: Step = (socket) => {
      it.clock.advance(10 * HOUR_MS);
      socket.destroy();
    };
    it.server.script(slept, hangUp, hangUp, serve(video));
    expect(await it.capture()).toMatchObject({ attempts: 4 });
  });

  test('a server that sends what is no byte of the file is given up as well', async () => {
    it.server.script((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${video.length.toString(16)}\r\n`);
      socket.write(Buffer.concat([video, Buffer.from('\r\n0;')]));
      const drip = (left: number) => {
        it.clock.advance(1000);
        if (left > 0) socket.write('x', (error) => error ?? setImmediate(drip, left - 1));
      };
      drip(600);
    });
    const error = await it.failure({}, { stallTimeoutMs: 200 });
    expect(error.code).toBe('network');
    expect(it.server.requests.length).toBeGreaterThan(1);
  });

  test('a refusal still ends it at once', async () => {
    it.server.script(answer(404));
    expect(await it.failure()).toMatchObject({ code: 'expired' });
    expect(it.server.requests).toHaveLength(1);
  });

  test('a provider that cannot be asked for a fresh link is asked for a minute', async () => {
    it.server.script(answer(403));
    let asked = 0;
    const refresh = async (): Promise<string> => {
      asked += 1;
      throw new Error('away');
    };
    expect(await it.failure({ refresh })).toMatchObject({ code: 'network' });
    expect(asked).toBeGreaterThan(4);
    expect(waitedMs()).toBeLessThan(2 * MINUTE_MS);
  });
});

describe('patienceMs', () => {
  test.each([5000, 10 * MINUTE_MS, 5 * HOUR_MS])('of %i ms is what is waited, deadline or not', async (patienceMs) => {
    for (const expiresAt of [undefined, new Date(it.clock.now() + 100 * HOUR_MS)]) {
      it.server.script(answer(503));
      it.clock.waits.length = 0;
      expect(await it.failure({ expiresAt }, { patienceMs })).toMatchObject({ code: 'network', expiresAt });
      expect(waitedMs()).toBeGreaterThanOrEqual(patienceMs);
      expect(waitedMs()).toBeLessThan(patienceMs + MINUTE_MS);
    }
  });

  test('bounds one silence, too', async () => {
    it.server.script(silence);
    // The usual silence is 30 s.
    const message = expect.stringContaining('no data was received for 50 ms');
    expect(await it.failure({}, { patienceMs: 50 })).toMatchObject({ code: 'network', message });
  });

  test('Infinity waits for ever', async () => {
    const startMs = it.clock.now();
    it.server.script((socket, request) => {
      const step = it.clock.now() < startMs + 48 * HOUR_MS ? answer(503) : serve(video);
      step(socket, request);
    });
    await it.capture({}, { patienceMs: Number.POSITIVE_INFINITY, retryMaxMs: HOUR_MS });
  });

  test('a Retry-After beyond it is no reason to sleep longer', async () => {
    it.server.script(answer(429, '', { 'retry-after': '99999' }));
    expect(await it.failure()).toMatchObject({ code: 'rate-limited' });
    expect(waitedMs()).toBeLessThan(3 * MINUTE_MS);
  });
});

test('with a known deadline a dead server is asked until then', async () => {
  const expiresAt = new Date(it.clock.now() + 20 * HOUR_MS);
  it.server.script((socket, request) => {
    const step = it.clock.now() < expiresAt.getTime() - HOUR_MS ? hangUp : serve(video);
    step(socket, request);
  });
  await it.capture({ expiresAt });
  expect(waitedMs()).toBeGreaterThan(19 * HOUR_MS);
});
