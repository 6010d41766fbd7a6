import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import type { CaptureFunctions } from '#lib/capture/types.ts';
import { ASSET_FORMATS } from '#lib/openai-videos/assets/fetch/asset-formats.server.ts';
import { type AssetRequest, fetchAsset } from '#lib/openai-videos/assets/fetch/fetch-asset.server.ts';
import { VirtualClock } from '../../../fixtures/virtual-clock.ts';

type Capture = CaptureFunctions['captureAsset'];
type Options = Parameters<Capture>[2];

const FACTS = { sizeBytes: 4, sha256: 'abc' };
const delivered = async (options: Options) => {
  await options.publishWithin?.(FACTS, () => {});
  return { ...FACTS, localPath: '/f', verified: [], resumedFrom: 0, attempts: 1, media: {}, mimeType: 'video/mp4' };
};

/** @param capture what the capture does with its options */
function fetching(capture: (options: Options) => ReturnType<Capture>, changes: Partial<AssetRequest> = {}) {
  const calls: Options[] = [];
  const clock = new VirtualClock({ auto: false });
  const outcome = fetchAsset({
    ...{ type: 'video', formats: ASSET_FORMATS, link: { url: 'http://127.0.0.1:9/', headers: {} }, clock },
    ...{ finalPath: '/f', partTag: 'f7', capture: {}, signal: new AbortController().signal },
    files: {
      captureAsset: (_link, _path, options) => {
        calls.push(options);
        return capture(options);
      },
      inspectAsset: async () => ({ ...FACTS, media: {} }),
    },
    onBytes: () => {},
    publish: async (_file, rename) => rename(),
    ...changes,
  });
  return { outcome, calls, clock };
}

const throwing = (error: unknown) => async () => {
  throw error;
};

describe('one try', () => {
  it('ends at the first setback, with the wait that the service asked for', async () => {
    const { outcome, clock } = fetching(async ({ onProgress, clock: own }) => {
      onProgress?.({
        stage: 'retrying',
        attempt: 1,
        waitMs: 9000,
        reason: 'the server answered 429',
        code: 'rate-limited',
      });
      await own?.wait(9000);
      return expect.unreachable();
    });
    expect(await outcome).toEqual({
      kind: 'setback',
      setback: { code: 'rate-limited', message: 'the server answered 429', retryAfterMs: 9000 },
    });
    expect(clock.waits).toEqual([]);
  });

  it('leaves out a wait of the capture’s own', async () => {
    const { outcome } = fetching(async ({ onProgress, clock: own }) => {
      onProgress?.({ stage: 'retrying', attempt: 1, waitMs: 1, reason: 'the connection was cut' });
      await own?.wait(1);
      return expect.unreachable();
    });
    expect(await outcome).toEqual({ kind: 'setback', setback: { code: 'network', message: 'the connection was cut' } });
  });

  it('goes on where the capture needs no wait, and waits for a lock', async () => {
    const { outcome, clock } = fetching(async (options) => {
      options.onProgress?.({ stage: 'retrying', attempt: 1, waitMs: 0, reason: 'the range was ignored' });
      await options.clock?.wait(50);
      return delivered(options);
    });
    await clock.somebodyWaits();
    await clock.advance(50);
    expect((await outcome).kind).toBe('there');
  });

  it.each([
    ['expired', 'the link has expired: the server answered 404', 'the server answered 404'],
    ['auth', 'The link is refused: the server answered 401. Sign it anew.', 'the server answered 401'],
    ['network', 'the server answered 500, later', 'the server answered 500, later'],
    ['expired', 'the link has expired', 'the link has expired'],
  ] as const)('that fails with %s says what the server answered: %s', async (code, message, words) => {
    const { outcome } = fetching(throwing(new ReelError(code, message)));
    expect(await outcome).toEqual({ kind: 'setback', setback: { code, message: words } });
  });

  it.each([
    new ReelError('disk-full', 'full'),
    new ReelError('store-corrupt', 'broken'),
    new ReelError('aborted', 'stopped'),
    new TypeError('a fault of ours'),
  ])('ends the whole job: %s', async (error) => {
    await expect(fetching(throwing(error)).outcome).rejects.toBe(error);
  });

  it('ends the job when the record refuses the file, whatever the capture makes of that', async () => {
    const { outcome } = fetching(
      async (options) => {
        await delivered(options).catch(() => {});
        throw new ReelError('network', 'could not be published');
      },
      { publish: throwing(new ReelError('busy', 'taken over')) },
    );
    await expect(outcome).rejects.toMatchObject({ message: 'could not be published' });
  });

  it('notes what came in place of the file', async () => {
    const { outcome } = fetching(async ({ format }) => {
      format.startsLike(Buffer.from('{"error":1}'));
      throw new ReelError('not-a-video', 'no film');
    });
    expect(await outcome).toMatchObject({
      setback: { code: 'not-a-video', rejected: { isText: true, isFilm: false } },
    });
  });
});

describe('a part file that another process holds', () => {
  const busy = new ReelError('busy', 'held');
  it('is left to it after a while: this one begins one of its own', async () => {
    const { outcome, calls } = fetching((options) => (options.partTag ? delivered(options) : throwing(busy)()));
    expect((await outcome).kind).toBe('there');
    expect(calls.map(({ partTag, busyTimeoutMs }) => [partTag, busyTimeoutMs])).toEqual([
      [undefined, 5000],
      ['f7', 5000],
    ]);
  });

  it('is a setback if its own is held too', async () => {
    const { outcome, calls } = fetching(throwing(busy));
    expect(await outcome).toMatchObject({ kind: 'setback', setback: { code: 'busy' } });
    expect(calls).toHaveLength(2);
  });
});

describe('what the capture gets', () => {
  it.each([
    ['video', undefined],
    ['thumbnail', 32 * 1024],
    ['spritesheet', 32 * 1024],
  ] as const)('for a %s: reads ahead %s bytes', async (type, readAheadBytes) => {
    const { outcome, calls } = fetching(delivered, { type, capture: { maxBytes: 5 } });
    await outcome;
    expect(calls[0]).toMatchObject({ maxBytes: 5, retryBaseMs: 1 });
    expect(calls[0]?.readAheadBytes).toBe(readAheadBytes);
  });

  it('reports bytes as they come', async () => {
    const bytes: unknown[] = [];
    const { outcome } = fetching(
      async (options) => {
        options.onProgress?.({ stage: 'downloading', bytesReceived: 3, bytesTotal: 4, bytesPerSecond: 1 });
        options.onProgress?.({ stage: 'verifying', bytesReceived: 4 });
        return delivered(options);
      },
      { onBytes: (...all) => bytes.push(all) },
    );
    await outcome;
    expect(bytes).toEqual([[3, 4]]);
  });
});
