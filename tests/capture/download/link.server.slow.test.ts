import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import type { CaptureProgress } from '#lib/capture/capture.server.ts';
import { Link } from '#lib/capture/download/link.server.ts';
import type { FreshLink, RemoteAsset } from '#lib/capture/types.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { answer, type Step, serve } from '../../fixtures/wire/fault-server.ts';

const HOUR_MS = 3_600_000;
let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 150_000 });
});
const it = useCaptureCase();
const expiredXml = '<Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>';

/** Serves only what carries one of these signatures. */
function signed(...good: string[]): Step {
  return (socket, request) => {
    const signature = /Signature=(\w+)/.exec(request.target)?.[1] ?? '';
    const step = good.includes(signature)
      ? serve(video)
      : answer(403, expiredXml, { 'content-type': 'application/xml' });
    step(socket, request);
  };
}

function refresher(...signatures: string[]) {
  const calls: string[] = [];
  const refresh = async () => {
    const signature = signatures[calls.length] ?? 'none';
    calls.push(signature);
    return it.server.url(`/video.mp4?Signature=${signature}`);
  };
  return { calls, refresh };
}

describe('a dead link', () => {
  test.each([403, 404, 410])(
    '%i without a refresh is `expired` at once, with the time and what to do',
    async (status) => {
      it.server.script(answer(status, expiredXml));
      const error = await it.failure({ url: it.server.url('/v.mp4?Expires=1795262400&Signature=secret') });
      expect(error).toMatchObject({ code: 'expired', retryable: false, expiresAt: new Date(1_795_262_400_000) });
      expect(error.message).toContain('fresh link');
      expect(error.message).not.toContain('secret');
      expect(it.server.requests).toHaveLength(1);
      expect(it.clock.waits).toEqual([]);
      expect(await it.files()).toEqual([]);
    },
  );

  test('is replaced once by a fresh one', async () => {
    const { calls, refresh } = refresher('b');
    it.server.script(signed('b'));
    expect(await it.capture({ url: it.server.url('/video.mp4?Signature=a'), refresh })).toMatchObject({ attempts: 2 });
    expect(calls).toEqual(['b']);
    expect(it.clock.waits).toEqual([]);
  });

  test('whose fresh one is dead as well ends as `expired`, without another try', async () => {
    const { calls, refresh } = refresher('b', 'c');
    it.server.script(signed('c'));
    const error = await it.failure({ url: it.server.url('/video.mp4?Signature=a'), refresh });
    expect(error.code).toBe('expired');
    expect(calls).toEqual(['b']);
    expect(it.server.requests).toHaveLength(2);
  });

  test('may be replaced again when the fresh one gave bytes, and the same part goes on', async () => {
    const { calls, refresh } = refresher('b', 'c');
    const cut = (step: Step): Step => step;
    it.server.script(
      cut(serve(video, { cutAt: 30_000 })),
      answer(403),
      serve(video, { cutAt: 30_000 }),
      answer(403),
      serve(video),
    );
    await it.capture({ refresh });
    expect(calls).toEqual(['b', 'c']);
    expect(it.server.requests.map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=30000-',
      'bytes=30000-',
      'bytes=60000-',
      'bytes=60000-',
    ]);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('whose refresh gives the same link again is `expired`', async () => {
    it.server.script(answer(403));
    const url = it.server.url('/video.mp4?Signature=a');
    expect(await it.failure({ url, refresh: async () => url })).toMatchObject({ code: 'expired' });
    expect(it.server.requests).toHaveLength(1);
  });

  test('whose refresh fails for a while is asked for again', async () => {
    it.server.script(signed('b'));
    let calls = 0;
    const refresh = async () => {
      calls += 1;
      if (calls < 3) throw new ReelError('network', 'the provider is away');
      return it.server.url('/video.mp4?Signature=b');
    };
    await it.capture({ url: it.server.url('/video.mp4?Signature=a'), refresh });
    expect(calls).toBe(3);
    expect(it.clock.waits).toEqual([1000, 2000]);
  });

  test('whose refresh hangs can be left, and leaves nothing locked', async () => {
    it.server.script(signed('b'));
    const url = it.server.url('/video.mp4?Signature=a');
    const controller = new AbortController();
    const refresh = () => {
      queueMicrotask(() => controller.abort(new Error('no time')));
      return new Promise<string>(() => {});
    };
    expect(await it.failure({ url, refresh }, { signal: controller.signal })).toMatchObject({ code: 'aborted' });
    expect(await it.capture({ url, ...refresher('b') })).toMatchObject({ attempts: 2 });
  });

  test('whose refresh hangs is asked again later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const link = new Link({ url: 'https://o.test/v.mp4', refresh: () => new Promise<string>(() => {}) }, 0);
    const renewing = link.renew('the server answered 403', 0).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await renewing).toMatchObject({ kind: 'later', message: expect.stringContaining('no response') });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whose refresh is refused for good ends with that error', async () => {
    it.server.script(answer(403));
    const refusal = new ReelError('auth', 'bad key');
    expect(await it.failure({ refresh: () => Promise.reject(refusal) })).toBe(refusal);
  });

  test.each<[string, () => unknown]>([
    [
      'throws at once',
      () => {
        throw new ReelError('auth', 'bad key');
      },
    ],
    ['answers nothing', async () => undefined],
    ['answers without a promise', () => 5],
  ])('whose refresh %s ends with a ReelError', async (_name, refresh) => {
    it.server.script(answer(403));
    expect((await it.failure({ refresh: refresh as never })).code).toMatch(/^(auth|invalid-input)$/);
  });

  test('an object that changed under the fresh link is fetched from the start', async () => {
    const other = await makeMp4({ sizeBytes: 150_000, seed: 4 });
    it.server.script(serve(video, { cutAt: 50_000 }), answer(403), serve(other, { etag: '"v2"' }));
    await it.capture(refresher('b'));
    expect(it.finalBytes()?.equals(other)).toBe(true);
  });
});

describe('the deadline', () => {
  const nowSeconds = () => Math.floor(it.clock.now() / 1000);
  test.each<[string, () => { url?: string; expiresAt?: Date }, number]>([
    ["the URL's Expires", () => ({ url: it.server.url(`/v?Expires=${nowSeconds() + 7200}`) }), 2],
    ['expiresAt', () => ({ expiresAt: new Date(it.clock.now() + 3 * HOUR_MS) }), 3],
    [
      'the URL before expiresAt',
      () => ({
        url: it.server.url(`/v?Expires=${nowSeconds() + 7200}`),
        expiresAt: new Date(it.clock.now() + 9 * HOUR_MS),
      }),
      2,
    ],
  ])('%s: retried until then and for an hour more, and not a count of times', async (_name, asset, hours) => {
    it.server.script(answer(503));
    const startMs = it.clock.now();
    const error = await it.failure(asset(), { retryMaxMs: 600_000 });
    expect(error).toMatchObject({ code: 'network', expiresAt: new Date(startMs + hours * HOUR_MS) });
    const waitedMs = it.clock.now() - startMs;
    expect(waitedMs).toBeGreaterThanOrEqual((hours + 1) * HOUR_MS);
    expect(waitedMs).toBeLessThan((hours + 1.5) * HOUR_MS);
    expect(it.server.requests.length).toBeGreaterThan(6 * hours);
  });

  const MINUTE_MS = 60_000;
  /** Sends half of the video, lets the time pass, and sends the rest. */
  const slowly = (passingMs: number): Step => {
    return (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${video.length}\r\n\r\n`);
      socket.write(video.subarray(0, 75_000), () => {
        it.clock.advance(passingMs);
        socket.end(video.subarray(75_000));
      });
    };
  };

  test('does not end a transfer that runs when it passes', async () => {
    it.server.script(slowly(59 * MINUTE_MS));
    expect(await it.capture({ expiresAt: new Date(it.clock.now()) })).toMatchObject({ attempts: 1 });
  });

  test('ends a transfer that drags on for an hour after it', async () => {
    it.server.script(slowly(61 * MINUTE_MS));
    const error = await it.failure({ expiresAt: new Date(it.clock.now()) });
    expect(error).toMatchObject({ code: 'network', retryable: true });
    expect(error.message).toContain('running an hour after the link expired');
    expect(it.server.requests).toHaveLength(1);
  });

  test.each([403, 200])('long past is no limit for a new request: a link that answers %i is of use', async (status) => {
    it.server.script(status === 200 ? serve(video) : answer(status), serve(video));
    const { calls, refresh } = refresher('b');
    await it.capture({ expiresAt: new Date(it.clock.now() - 5 * HOUR_MS), refresh });
    expect(calls).toEqual(status === 200 ? [] : ['b']);
  });

  test('a fresh link brings a new one', async () => {
    it.server.script(answer(503), serve(video));
    const { calls, refresh } = refresher('b');
    await it.capture({ expiresAt: new Date(it.clock.now() - 1), refresh });
    expect(calls).toEqual(['b']);
  });
});

describe('Retry-After', () => {
  test.each<[string, string, number]>([
    ['in seconds', '17', 17_000],
    ['as a date', 'Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
    ['in the past', 'Sat, 21 Nov 2026 11:00:00 GMT', 1000],
    ['negative', '-5', 1000],
    ['nonsense', 'soon', 1000],
    ['absurd', '999999999', HOUR_MS],
  ])('%s', async (_name, header, waitMs) => {
    const reports: CaptureProgress[] = [];
    it.server.script(answer(429, '', { 'retry-after': header }), serve(video));
    const expiresAt = new Date(it.clock.now() + 24 * HOUR_MS);
    await it.capture({ expiresAt }, { onProgress: (progress) => reports.push(progress) });
    expect(it.clock.waits).toEqual([waitMs]);
    expect(reports[0]).toEqual({
      stage: 'retrying',
      attempt: 1,
      waitMs,
      reason: 'the server answered 429',
      code: 'rate-limited',
    });
  });

  test('does not sleep past the deadline', async () => {
    it.server.script(answer(503, '', { 'retry-after': '3000' }), serve(video));
    await it.capture({ expiresAt: new Date(it.clock.now() + 60_000) });
    expect(it.clock.waits).toEqual([54_000]);
  });
});
describe('a fresh link', () => {
  const old = { url: 'https://one.test/v.mp4?s=1', headers: { authorization: 'Bearer old-token' } };

  /** The link after it was replaced by what the provider answers. */
  async function renewed(fresh: string | FreshLink, asset: RemoteAsset = old): Promise<Link> {
    const link = new Link({ ...asset, refresh: async () => fresh }, 0);
    await link.renew('the server answered 403', 0);
    return link;
  }

  test.each<[string, string | FreshLink, Array<[string, string]>]>([
    ['of the same origin keeps the headers', 'https://one.test/v.mp4?s=2', [['authorization', 'Bearer old-token']]],
    ['of another origin gets none of them', 'https://two.test/v.mp4?s=2', []],
    ['brings its own', { url: 'https://two.test/v', headers: { 'x-key': 'fresh-key' } }, [['x-key', 'fresh-key']]],
    ['may want none', { url: 'https://one.test/v.mp4?s=2', headers: {} }, []],
    ['may be the same URL with another header', { url: old.url, headers: { 'x-key': 'k' } }, [['x-key', 'k']]],
  ])('%s', async (_name, fresh, credentials) => {
    expect((await renewed(fresh)).credentials).toEqual(credentials);
  });

  test('with the same URL and the same header is not a fresh one', async () => {
    await expect(renewed(old)).rejects.toMatchObject({ code: 'expired', message: /the same link again/ });
  });

  test('lives as long as it says itself, else as the provider says, else for a day', async () => {
    const [own, given] = [new Date(2_000_000_000_000), new Date(3 * HOUR_MS)];
    const dated = { ...old, expiresAt: new Date(HOUR_MS) };
    const signedUrl = 'https://one.test/v.mp4?Expires=2000000000';
    expect((await renewed({ url: signedUrl, expiresAt: given }, dated)).deadline).toEqual(own);
    expect((await renewed({ url: 'https://one.test/w', expiresAt: given }, dated)).deadline).toEqual(given);
    expect((await renewed('https://one.test/w', dated)).deadline).toEqual(new Date(24 * HOUR_MS));
  });

  test('is fetched with its own headers', async () => {
    it.server.script((socket, request) => {
      const step = request.headers['x-key'] === 'fresh-secret' ? serve(video) : answer(403, expiredXml);
      step(socket, request);
    });
    const refresh = async () => ({ url: it.server.url('/video.mp4?n=2'), headers: { 'x-key': 'fresh-secret' } });
    await it.capture({ url: it.server.url('/video.mp4?n=1'), headers: { 'x-key': 'old-secret' }, refresh });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });
});
