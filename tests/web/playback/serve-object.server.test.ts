import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { openedObject, type PlayableObject, redirectTo } from '#lib/web/playback/serve-object.server.ts';

const FILM = { sizeBytes: 10, sha256: 'abc' };

function object(changes: Partial<PlayableObject> = {}): PlayableObject & { ranges: unknown[] } {
  const ranges: unknown[] = [];
  return {
    ...{ ranges, name: 'rome.mp4', link: async () => undefined },
    open: async (range) => {
      ranges.push(range);
      return new Blob(['film', 'film']).stream();
    },
    ...changes,
  };
}

describe('a film in object storage', () => {
  it('has the hash on record for its tag, else what is known of it', () => {
    expect(openedObject(FILM, object())).toMatchObject({ size: 10, etag: '"abc"' });
    expect(openedObject({ ...FILM, sha256: undefined }, object()).etag).toBe('W/"10-rome.mp4"');
  });

  it.each<[string, { start: number; end: number }, unknown]>([
    ['whole', { start: 0, end: 9 }, undefined],
    ['whole, asked for beyond its end', { start: 0, end: 99 }, undefined],
    ['in part', { start: 0, end: 8 }, { start: 0, end: 8 }],
    ['from the middle', { start: 5, end: 9 }, { start: 5, end: 9 }],
  ])('is asked for %s', async (_what, range, asked) => {
    const film = object();
    await openedObject(FILM, film).open(range, () => {});
    expect(film.ranges).toEqual([asked]);
  });

  it('gives its place free once, when its bytes have ended', async () => {
    let left = 0;
    const body = await openedObject(FILM, object()).open({ start: 0, end: 9 }, () => {
      left += 1;
    });
    expect(await new Response(body).text()).toBe('filmfilm');
    expect(left).toBe(1);
  });

  it('gives its place free when its reader goes, and tells the store', async () => {
    const events: unknown[] = [];
    const source = new ReadableStream({ cancel: (reason) => void events.push(reason) });
    const film = object({ open: async () => source });
    const body = await openedObject(FILM, film).open({ start: 0, end: 9 }, () => events.push('left'));
    await body.cancel('gone');
    expect(events).toEqual(['left', 'gone']);
  });

  it('gives its place free when the store breaks off', async () => {
    let left = 0;
    const source = new ReadableStream({ pull: () => Promise.reject(new Error('broken off')) });
    const film = object({ open: async () => source });
    const body = await openedObject(FILM, film).open({ start: 0, end: 9 }, () => {
      left += 1;
    });
    await expect(new Response(body).text()).rejects.toThrow();
    expect(left).toBe(1);
  });

  it.each([
    ['not-found', { problem: 'not-found', message: expect.stringContaining('Run the audit') }],
    ['network', { code: 'network' }],
  ] as const)('gives its place free when it cannot be opened: %s', async (code, error) => {
    let left = 0;
    const film = object({ open: () => Promise.reject(new ReelError(code, 'no')) });
    const opening = openedObject(FILM, film).open({ start: 0, end: 9 }, () => {
      left += 1;
    });
    await expect(opening).rejects.toMatchObject(error);
    expect(left).toBe(1);
  });
});

describe('the redirect to a presigned link', () => {
  const asking: number[] = [];
  const redirect = (livesSeconds: number | undefined, durationSeconds?: number, headers = {}, mimeType = 'video/mp4') =>
    redirectTo(
      object({
        link: async (seconds) => {
          asking.push(seconds);
          return livesSeconds === undefined ? undefined : { url: 'https://bucket.test/a?sig', livesSeconds };
        },
      }),
      { ...FILM, durationSeconds, mimeType },
      new Request('http://localhost/', { headers }),
    );

  it('leads there, is kept by nobody, and tells the store nothing of the page', async () => {
    const response = await redirect(99_999, 5.2, { 'sec-fetch-dest': 'video' });
    expect(response?.status).toBe(302);
    expect(Object.fromEntries(response?.headers ?? [])).toEqual({
      ...{ location: 'https://bucket.test/a?sig', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    });
    // As long as the film, and a night.
    expect(asking.at(-1)).toBe(6 + 6 * 3600);
  });

  it.each<[string, Parameters<typeof redirect>]>([
    ['where the store has no links', [undefined]],
    ['where the link dies before the film ends', [64, 5]],
    ['where it dies before a long film would, and the length is not known', [3600]],
    ['for a request that carries a password: the store would refuse it', [99_999, 5, { authorization: 'Basic x' }]],
    ['for a script, which may not read what another origin sends', [99_999, 5, { 'sec-fetch-dest': 'empty' }]],
    ['for the index of a sprite sheet, which only scripts read', [99_999, undefined, {}, 'text/vtt; charset=utf-8']],
  ])('is none %s', async (_why, options) => {
    expect(await redirect(...options)).toBeUndefined();
  });
});
