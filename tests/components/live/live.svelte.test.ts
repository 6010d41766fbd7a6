import { describe, expect, it } from 'vitest';
import { LiveVideos } from '#lib/components/live/live.svelte.ts';
import { FakeEventStream } from '../../fixtures/app/fake-event-stream.ts';
import { at, NOW_MS, snapshot, view } from '../../fixtures/records/video-views.ts';

const [a, b] = [view({ spotId: 'a', eraId: '1' }), view({ spotId: 'b', eraId: '1' })];
const made = (of: typeof a) => ({ ...of, state: 'ready', src: '/videos/x.mp4' }) as const;

describe('what a page sees', () => {
  it('is the snapshot, then every word about each video', () => {
    const live = new LiveVideos(snapshot({ videos: [a, b], eventId: 'run1.4', sandbox: true }));
    expect([live.views.get('a/1'), live.eventId, live.sandbox, live.nowMs]).toEqual([a, 'run1.4', true, NOW_MS]);
    live.onVideo(made(a));
    live.onEventId('run1.5');
    live.onCounts({ total: 2, made: 1, underWay: 0, failed: 0 });
    expect([live.views.get('a/1')?.state, live.eventId, live.counts.made]).toEqual(['ready', 'run1.5', 1]);
  });

  it('counts time only while something on it is told in time', () => {
    const live = new LiveVideos(snapshot({ videos: [made(a)] }));
    expect(live.countsTime).toBe(false);
    live.onVideo({ ...b, state: 'generating', submittedAt: at(-5) });
    expect(live.countsTime).toBe(true);
  });

  it('is old once the server or the network is away', () => {
    const live = new LiveVideos(snapshot());
    live.onLink('live');
    expect(live.isAway).toBe(false);
    live.isOnline = false;
    expect(live.isAway).toBe(true);
    live.isOnline = true;
    live.onLink('lost');
    expect(live.isAway).toBe(true);
  });
});

describe('the answer to an order', () => {
  it('is taken in, unless events have said more since', () => {
    const live = new LiveVideos(snapshot({ videos: [a] }));
    const before = live.updateCountOf('a/1');
    live.takeAnswer({ ...a, state: 'generating' }, before);
    expect(live.views.get('a/1')?.state).toBe('generating');
    live.onVideo(made(a));
    live.takeAnswer({ ...a, state: 'generating' }, before);
    expect(live.views.get('a/1')?.state).toBe('ready');
  });

  it('is not older than news that say the same again', () => {
    const live = new LiveVideos(snapshot({ videos: [a] }));
    const before = live.updateCountOf('a/1');
    live.onVideo({ ...a });
    live.take([a]);
    expect(live.updateCountOf('a/1')).toBe(before);
  });
});

describe('a new snapshot', () => {
  /** A page that listens, and what it asks for beside the events. */
  function following(live: LiveVideos, answer: () => Promise<(typeof a)[]>) {
    const asked: Array<[string[], string]> = [];
    const stop = live.follow({
      openEvents: () => new FakeEventStream(),
      fetchSnapshot: async () => snapshot(),
      fetchRest: (keys, eventId) => {
        asked.push([[...keys], eventId]);
        return answer();
      },
      later: () => () => {},
    });
    return { asked, stop };
  }

  it('makes a page ask for what it has loaded besides', async () => {
    const live = new LiveVideos(snapshot({ videos: [a], eventId: 'run1.4' }));
    live.take([b]);
    const { asked, stop } = following(live, async () => [made(b)]);
    live.onSnapshot(snapshot({ videos: [a], eventId: 'run2.1' }));
    await expect.poll(() => live.views.get('b/1')?.state).toBe('ready');
    stop();
    expect(asked).toEqual([[['b/1'], 'run1.4']]);
  });

  it('of changes only makes it ask for nothing', () => {
    const live = new LiveVideos(snapshot({ videos: [a, b] }));
    const { asked, stop } = following(live, async () => []);
    live.onSnapshot(snapshot({ videos: [], after: 'run1.4' }));
    stop();
    expect(asked).toEqual([]);
  });

  it('leaves what cannot be asked for as it was', async () => {
    const live = new LiveVideos(snapshot({ videos: [a, b] }));
    const { asked, stop } = following(live, () => Promise.reject(new TypeError('fetch failed')));
    live.onSnapshot(snapshot({ videos: [a] }));
    await new Promise((resolve) => setImmediate(resolve));
    stop();
    expect([asked.length, live.views.get('b/1')]).toEqual([1, b]);
  });
});
