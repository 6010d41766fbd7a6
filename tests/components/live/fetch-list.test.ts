import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchChanges, fetchPart, fetchRest } from '#lib/components/live/fetch-list.ts';
import type { Snapshot } from '#lib/web/videos/view.ts';
import { snapshot, view } from '../../fixtures/records/video-views.ts';

afterEach(() => vi.unstubAllGlobals());

/** A server that gives these answers, one after the other. */
function server(...answers: Array<Snapshot | number>) {
  const calls: Array<{ url: string; init: RequestInit | undefined }> = [];
  const fetcher: typeof fetch = async (url, init) => {
    calls.push({ url: String(url), init });
    const answer = answers.shift() ?? 500;
    return typeof answer === 'number' ? new Response('', { status: answer }) : Response.json(answer);
  };
  vi.stubGlobal('fetch', fetcher);
  return { calls, fetcher, urls: () => calls.map(({ url }) => url) };
}

describe('a part of a list', () => {
  it('is asked for by what is wanted, past every cache, and for a time only', async () => {
    const { calls, fetcher } = server(snapshot(), snapshot());
    await fetchPart({ limit: 24 }, fetcher);
    await fetchPart({ limit: 5, cursor: 'a b', group: 'outside' }, fetcher);
    expect(calls.map(({ url }) => url)).toEqual([
      '/api/videos?limit=24',
      '/api/videos?limit=5&cursor=a+b&group=outside',
    ]);
    expect(calls[0]?.init).toMatchObject({ cache: 'no-store', signal: expect.any(AbortSignal) });
  });

  it('that is refused says with which status', async () => {
    const { fetcher } = server(503);
    await expect(fetchPart({ limit: 1 }, fetcher)).rejects.toMatchObject({ status: 503 });
  });
});

it('changes are asked for since an event', async () => {
  const { calls } = server(snapshot({ eventId: 'run1.9' }));
  expect(await fetchChanges('run1.4')).toMatchObject({ eventId: 'run1.9' });
  expect(calls[0]).toMatchObject({ url: '/api/videos', init: { headers: { 'last-event-id': 'run1.4' } } });
});

describe('what has become of some videos', () => {
  const keys = new Set(['a/1', 'b/1']);
  const [a, b, c] = ['a', 'b', 'c'].map((spotId) => view({ spotId, eraId: '1' }));
  if (!a || !b || !c) throw new Error('never');

  it('is in the changes, where the server still knows them', async () => {
    const { urls } = server(snapshot({ videos: [c], after: 'run1.4' }));
    expect(await fetchRest(keys, 'run1.4')).toEqual([c]);
    expect(urls()).toEqual(['/api/videos']);
  });

  it('is else asked for by their keys, some at once', async () => {
    const many = new Set(Array.from({ length: 51 }, (_, index) => `spot-${index}/1`));
    const { urls } = server(snapshot({ videos: [c] }), snapshot({ videos: [a] }), snapshot({ videos: [b] }));
    expect(await fetchRest(many, 'run1.4')).toEqual([a, b]);
    expect(urls().map((url) => new URL(url, 'http://x').searchParams.get('keys')?.split(',').length)).toEqual([
      ...[undefined, 50, 1],
    ]);
  });

  it('of one that is gone is nothing', async () => {
    server(snapshot(), snapshot({ videos: [a] }));
    expect(await fetchRest(keys, 'run1.4')).toEqual([a]);
  });
});
