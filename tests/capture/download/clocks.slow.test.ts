import { beforeAll, describe, expect, test } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { clockSkewMs } from '#lib/capture/download/url-deadline.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { answer, hangUp, raw, type Step, serve, silence } from '../../fixtures/wire/fault-server.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 150_000 });
});
const it = useCaptureCase();

/** What a server says whose clock is right while ours is `fastMs` ahead. */
const dateOf = (fastMs: number) => new Date(it.clock.now() - fastMs).toUTCString();
/** Each step with the Date header of that moment. */
const at = (fastMs: number, step: (headers: Record<string, string>) => Step): Step => {
  return (socket, request) => step({ date: dateOf(fastMs) })(socket, request);
};
const cut = (fastMs: number) => at(fastMs, (headers) => serve(video, { headers, cutAt: 30_000 }));
const whole = (fastMs: number) => at(fastMs, (headers) => serve(video, { headers }));
const status = (code: number, fastMs: number) => at(fastMs, (headers) => answer(code, '', headers));
/** A link that has `leftMs` left by the true time. */
const link = (fastMs: number, leftMs: number) => {
  const expires = Math.floor((it.clock.now() - fastMs + leftMs) / 1000);
  return it.server.url(`/v.mp4?Expires=${expires}`);
};
const waitedMs = () => it.clock.waits.reduce((sum, ms) => sum + ms, 0);

describe('a clock that is 26 hours fast', () => {
  const FAST_MS = 26 * HOUR_MS;
  const good: Array<[string, () => Step[]]> = [
    ['one cut', () => [cut(FAST_MS), whole(FAST_MS)]],
    ['many cuts', () => [...Array.from({ length: 4 }, () => cut(FAST_MS)), whole(FAST_MS)]],
    ['one 503', () => [status(503, FAST_MS), whole(FAST_MS)]],
    ['twenty 503', () => [...Array.from({ length: 20 }, () => status(503, FAST_MS)), whole(FAST_MS)]],
    [
      'a cut, and a server that is away for long',
      () => [cut(FAST_MS), ...Array.from({ length: 15 }, () => hangUp), whole(FAST_MS)],
    ],
    [
      'answers and none in turn, and no Date',
      () => [...Array.from({ length: 30 }, (_, n) => (n % 4 === 0 ? hangUp : answer(503))), serve(video)],
    ],
    ['one refused connection', () => [hangUp, whole(FAST_MS)]],
    ['a cut, and no Date', () => [serve(video, { cutAt: 30_000 }), serve(video)]],
    ['twenty 503, and no Date', () => [...Array.from({ length: 20 }, () => answer(503)), serve(video)]],
    [
      'a 206 that is cut, and no Date',
      () => [serve(video, { cutAt: 30_000 }), serve(video, { cutAt: 1 }), serve(video)],
    ],
  ];
  test.each(good)('%s: the video is captured', async (_name, steps) => {
    const url = link(FAST_MS, 20 * HOUR_MS);
    it.server.script(...steps());
    await it.capture({ url });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('the provider gives the same link again: it is the right one', async () => {
    const url = link(FAST_MS, 20 * HOUR_MS);
    it.server.script(serve(video, { cutAt: 30_000 }), answer(503), serve(video));
    await it.capture({ url, refresh: async () => url });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('the provider cannot be asked, and has the wrong key: the link is enough', async () => {
    const refresh = () => Promise.reject(new ReelError('auth', 'bad key'));
    it.server.script(serve(video, { cutAt: 30_000 }), answer(503), serve(video));
    await it.capture({ url: link(FAST_MS, 20 * HOUR_MS), refresh });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('a link that gives its file is not replaced', async () => {
    let asked = 0;
    const refresh = async () => {
      asked += 1;
      return it.server.url('/fresh.mp4');
    };
    it.server.script(serve(video, { cutAt: 30_000 }), serve(video, { cutAt: 30_000 }), serve(video));
    await it.capture({ url: link(FAST_MS, 20 * HOUR_MS), refresh });
    expect(asked).toBe(0);
  });

  test('the provider says that it has the result no longer: that ends it', async () => {
    const gone = new ReelError('expired', 'the task is unknown');
    it.server.script(serve(video, { cutAt: 30_000 }), answer(503));
    expect(await it.failure({ url: link(FAST_MS, 20 * HOUR_MS), refresh: () => Promise.reject(gone) })).toBe(gone);
  });

  test.each([403, 404, 410])('a %i still ends it at once', async (code) => {
    it.server.script(status(code, FAST_MS));
    expect(await it.failure({ url: link(FAST_MS, 20 * HOUR_MS) })).toMatchObject({ code: 'expired' });
    expect(it.server.requests).toHaveLength(1);
  });

  test('a deadline that the caller names is measured by the server as well', async () => {
    const expiresAt = new Date(it.clock.now() - FAST_MS + 5 * HOUR_MS);
    const startMs = it.clock.now();
    it.server.script((socket, request) => {
      const step = it.clock.now() < startMs + 4.5 * HOUR_MS ? status(503, FAST_MS) : whole(FAST_MS);
      step(socket, request);
    });
    await it.capture({ expiresAt });
  });

  test('a Retry-After date is one of the server', async () => {
    const retryAt = new Date(it.clock.now() - FAST_MS + 120_000).toUTCString();
    it.server.script(
      at(FAST_MS, (headers) => answer(503, '', { ...headers, 'retry-after': retryAt })),
      whole(FAST_MS),
    );
    await it.capture({ url: link(FAST_MS, 20 * HOUR_MS) });
    expect(it.clock.waits[0]).toBeGreaterThan(100_000);
  });
});

describe('no clock makes the tries endless', () => {
  const lasting: Array<[string, (fastMs: number) => Step, number]> = [
    ['503', (fastMs) => status(503, fastMs), HOUR_MS],
    ['503 without a Date', () => answer(503), HOUR_MS],
    [
      'a cut at the same byte',
      (fastMs) => at(fastMs, (headers) => serve(video, { headers, cutAt: 30_000, etag: null })),
      HOUR_MS,
    ],
    ['no answer', () => hangUp, MINUTE_MS],
    ['silence', () => silence, MINUTE_MS],
    ['garbage', () => raw('hello'), MINUTE_MS],
  ];
  test.each(lasting)(
    'a link that is over, and %s: ends without saying that it is dead',
    async (name, step, graceMs) => {
      it.server.script(step(0));
      const options = name === 'silence' ? { stallTimeoutMs: 20 } : {};
      const error = await it.failure({ expiresAt: new Date(it.clock.now() - 2 * HOUR_MS) }, options);
      expect(error).toMatchObject({ code: 'network', retryable: true });
      expect(waitedMs()).toBeGreaterThanOrEqual(graceMs);
      expect(waitedMs()).toBeLessThan(graceMs * 2 + MINUTE_MS);
    },
  );

  test('a clock that is 26 hours slow: over when it is over there', async () => {
    const SLOW_MS = -26 * HOUR_MS;
    it.server.script(status(503, SLOW_MS));
    expect(await it.failure({ url: link(SLOW_MS, 2 * HOUR_MS) })).toMatchObject({ code: 'network' });
    expect(waitedMs()).toBeGreaterThanOrEqual(3 * HOUR_MS);
    expect(waitedMs()).toBeLessThan(4 * HOUR_MS);
  });

  test('after the deadline the waits go on growing', async () => {
    it.server.script(answer(503));
    await it.failure({ expiresAt: new Date(it.clock.now() - HOUR_MS) });
    expect(it.clock.waits.slice(0, 6)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000]);
    expect(it.server.requests.length).toBeLessThan(80);
  });
});

test.each<[string, Record<string, string>, number | undefined]>([
  ['the same time', { date: 'Sat, 21 Nov 2026 12:00:00 GMT' }, 0],
  ['a second apart', { date: 'Sat, 21 Nov 2026 11:59:58 GMT' }, 0],
  ['an hour behind', { date: 'Sat, 21 Nov 2026 11:00:00 GMT' }, -HOUR_MS],
  ['an hour ahead', { date: 'Sat, 21 Nov 2026 13:00:00 GMT' }, HOUR_MS],
  ['from a cache that has had it for an hour', { date: 'Sat, 21 Nov 2026 11:00:00 GMT', age: '3600' }, 0],
  ['a clock that was never set', { date: 'Thu, 01 Jan 1970 00:00:10 GMT' }, undefined],
  ['nonsense', { date: 'yesterday' }, undefined],
  ['nothing', {}, undefined],
])('the Date of an answer: %s', (_name, headers, skewMs) => {
  expect(clockSkewMs(new Map(Object.entries(headers)), Date.UTC(2026, 10, 21, 12))).toBe(skewMs);
});
