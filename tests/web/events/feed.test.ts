import { describe, expect, it } from 'vitest';
import { type FeedEvent, VideoFeed } from '#lib/web/events/feed.ts';
import type { Counts, SpendView, VideoView } from '#lib/web/videos/view.ts';

const SPEND: SpendView = { totalUsd: 0, todayUsd: 0, lostUsd: 0, inFlightUsd: 0, unpriced: 0 };

function view(key: string, fields: Partial<VideoView> = {}): VideoView {
  const [spotId = '', eraId = ''] = key.split('/');
  return { key, spotId, eraId, state: 'none', estimateUsd: 0.5, ...fields };
}

/** A feed over a library in memory, with its timers in the test's hands. */
class World {
  readonly videos = new Map([view('a/1'), view('b/1')].map((one) => [one.key, one]));
  spend = SPEND;
  counts: Counts | undefined;
  reads = 0;
  broken: Error | undefined;
  readonly errors: unknown[] = [];
  readonly timers: Array<() => void> = [];
  looking: (() => void) | undefined;
  readonly feed = new VideoFeed({
    epoch: 'run1',
    read: () => {
      this.reads += 1;
      if (this.broken) throw this.broken;
      return { videos: [...this.videos.values()], spend: this.spend, ...(this.counts && { counts: this.counts }) };
    },
    every: (_intervalMs, task) => {
      this.looking = task;
      return () => {
        this.looking = undefined;
      };
    },
    after: (_delayMs, task) => void this.timers.push(task),
    onError: (error) => this.errors.push(error),
  });

  change(key: string, fields: Partial<VideoView>): void {
    this.videos.set(key, view(key, fields));
  }

  /** Lets the time of the throttle pass. */
  rest(): void {
    for (const timer of this.timers.splice(0)) timer();
  }

  listen(lastId: string | null = null) {
    const events: FeedEvent[] = [];
    const state = { isClosed: false };
    const listener = {
      send: (event: FeedEvent) => void events.push(event),
      close: () => {
        state.isClosed = true;
      },
    };
    return { events, state, ...this.feed.attach(listener, lastId) };
  }
}

const states = (events: FeedEvent[]) => events.map((one) => (one.event === 'video' ? one.data.state : one.event));

describe('a listener', () => {
  it('gets a change of another process at the next look, once', () => {
    const world = new World();
    const { events } = world.listen();
    world.looking?.();
    expect(events).toEqual([]);
    world.change('a/1', { state: 'ready' });
    world.looking?.();
    world.rest();
    world.looking?.();
    expect(events).toEqual([{ id: 'run1.1', event: 'video', data: view('a/1', { state: 'ready' }) }]);
  });

  it('gets what is spent', () => {
    const world = new World();
    const { events } = world.listen();
    world.spend = { ...SPEND, totalUsd: 1 };
    world.looking?.();
    expect(events).toEqual([{ id: 'run1.1', event: 'spend', data: { ...SPEND, totalUsd: 1 } }]);
  });

  it('gets how many there are of each kind, which nobody misses: only the last counts', () => {
    const world = new World();
    const { events } = world.listen();
    for (const made of [1, 1, 2]) {
      world.counts = { total: 9, made, underWay: 0, failed: 0 };
      world.looking?.();
    }
    expect(events).toMatchObject([{ data: { made: 1 } }, { data: { made: 2 } }]);
    expect(events[0]).not.toHaveProperty('id');
    expect(world.listen('run1.0').missed).toEqual([]);
  });

  it('agrees with every other one', () => {
    const world = new World();
    const [one, two] = [world.listen(), world.listen()];
    world.change('a/1', { state: 'generating' });
    world.feed.touch('a/1');
    world.rest();
    world.change('a/1', { state: 'ready' });
    world.feed.touch('a/1');
    expect(one.events).toHaveLength(2);
    expect(one.events).toEqual(two.events);
  });

  it('is looked for only while there is one', () => {
    const world = new World();
    expect(world.looking).toBeUndefined();
    const [one, two] = [world.listen(), world.listen()];
    one.detach();
    expect(world.looking).toBeDefined();
    two.detach();
    expect(world.looking).toBeUndefined();
    const { reads } = world;
    world.feed.touch('a/1');
    world.feed.look();
    expect(world.reads).toBe(reads);
  });
});

describe('progress', () => {
  it('is told at once, then at most four times a second, and always the last of it', () => {
    const world = new World();
    const { events } = world.listen();
    for (const bytesReceived of [1, 2, 3]) {
      world.change('a/1', { live: { stage: 'downloading', at: 't', bytesReceived } });
      world.feed.touch('a/1');
    }
    const told = () => events.map((one) => (one.event === 'video' ? one.data.live?.bytesReceived : undefined));
    expect(told()).toEqual([1]);
    world.rest();
    expect(told()).toEqual([1, 3]);
    world.rest();
    expect(told()).toEqual([1, 3]);
  });

  it('of one video does not hold up another', () => {
    const world = new World();
    const { events } = world.listen();
    world.change('a/1', { state: 'generating' });
    world.feed.touch('a/1');
    world.change('b/1', { state: 'failed' });
    world.feed.touch('b/1');
    expect(states(events)).toEqual(['generating', 'failed']);
  });
});

describe('a dropped connection', () => {
  function changedTwice(world: World): void {
    for (const state of ['generating', 'ready'] as const) {
      world.change('a/1', { state });
      world.looking?.();
      world.rest();
    }
  }

  it('gets what it has missed, in order', () => {
    const world = new World();
    world.listen();
    changedTwice(world);
    expect(states(world.listen('run1.0').missed ?? [])).toEqual(['generating', 'ready']);
    expect(states(world.listen('run1.1').missed ?? [])).toEqual(['ready']);
    expect(world.listen('run1.2').missed).toEqual([]);
  });

  it('gets what happened while nobody listened at all', () => {
    const world = new World();
    world.listen().detach();
    world.change('a/1', { state: 'ready' });
    expect(states(world.listen('run1.0').missed ?? [])).toEqual(['ready']);
  });

  it.each([
    ['a new visitor', null],
    ['another run of the server', 'run0.1'],
    ['an id of the future', 'run1.99'],
    ['no id of ours', 'nonsense'],
    ['an id without a number', 'run1.x'],
    ['an empty id', ''],
  ])('gets a new snapshot after %s', (_name, lastId) => {
    const world = new World();
    world.listen();
    changedTwice(world);
    expect(world.listen(lastId).missed).toBeUndefined();
  });

  it('gets a new snapshot when it was away for too long', () => {
    const world = new World();
    world.listen();
    for (let bytesReceived = 0; bytesReceived < 600; bytesReceived += 1) {
      world.change('a/1', { live: { stage: 'downloading', at: 't', bytesReceived } });
      world.looking?.();
      world.rest();
    }
    expect(world.listen('run1.1').missed).toBeUndefined();
    expect(world.listen('run1.590').missed).toHaveLength(10);
  });
});

describe('trouble', () => {
  it('with the records is reported once and ends every connection, which may come back when it is over', () => {
    const world = new World();
    const [one, two] = [world.listen(), world.listen()];
    world.broken = new Error('corrupt');
    world.looking?.();
    expect(world.errors).toEqual([world.broken]);
    expect([one.state.isClosed, two.state.isClosed, world.feed.listeners]).toEqual([true, true, 0]);
    world.looking?.();
    world.feed.touch('a/1');
    expect(world.errors).toHaveLength(1);
    world.broken = undefined;
    world.change('a/1', { state: 'ready' });
    expect(states(world.listen('run1.0').missed ?? [])).toEqual(['ready']);
  });

  it('at the beginning is the caller’s to answer, and leaves no listener', () => {
    const world = new World();
    world.broken = new Error('corrupt');
    expect(() => world.listen()).toThrow('corrupt');
    expect(world.feed.listeners).toBe(0);
  });

  it('ends with every connection when the server stops', () => {
    const world = new World();
    const { state } = world.listen();
    world.feed.close();
    expect(state.isClosed).toBe(true);
    expect([world.feed.listeners, world.looking]).toEqual([0, undefined]);
  });
});
