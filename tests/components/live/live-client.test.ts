import { describe, expect, it } from 'vitest';
import {
  CLOSED,
  FIRST_EVENT_WITHIN_MS,
  followVideos,
  type Link,
  NEXT_EVENT_WITHIN_MS,
  POLL_INTERVAL_MS,
  RECONNECT_WITHIN_MS,
  REOPEN_REFUSED_AFTER_MS,
  REOPEN_SILENT_AFTER_MS,
} from '#lib/components/live/live-client.ts';
import type { Snapshot } from '#lib/web/videos/view.ts';
import { FakeEventStream } from '../../fixtures/app/fake-event-stream.ts';
import { snapshot, view } from '../../fixtures/records/video-views.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { timersOf } from '../../fixtures/virtual-timers.ts';

function world() {
  const clock = new VirtualClock({ auto: false });
  const streams: FakeEventStream[] = [];
  const heard: string[] = [];
  const links: Link[] = [];
  const answers: Array<Snapshot | Error> = [];
  let asked = 0;
  const stop = followVideos(
    {
      onSnapshot: ({ videos }) => heard.push(`snapshot ${videos.length}`),
      onVideo: ({ key }) => heard.push(`video ${key}`),
      onSpend: ({ totalUsd }) => heard.push(`spend ${totalUsd}`),
      onCounts: ({ total }) => heard.push(`counts ${total}`),
      onBeat: () => heard.push('beat'),
      onLink: (link) => links.push(link),
    },
    {
      openEvents: () => {
        const stream = new FakeEventStream();
        streams.push(stream);
        return stream;
      },
      fetchSnapshot: async () => {
        asked += 1;
        const answer = answers.shift() ?? snapshot();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      later: timersOf(clock),
    },
  );
  const pass = (ms: number) => clock.advance(ms);
  const stream = (): FakeEventStream => {
    const last = streams.at(-1);
    if (!last) throw new Error('no stream was opened');
    return last;
  };
  return { clock, streams, stream, heard, links, answers, asked: () => asked, pass, stop };
}

describe('a page that listens', () => {
  it('passes on what the events say, and asks for nothing while they arrive', async () => {
    const { stream, heard, links, pass, asked } = world();
    stream().emit('snapshot', snapshot({ videos: [view()] }));
    stream().emit('video', view({ spotId: 'petra', eraId: 'now' }));
    stream().emit('spend', snapshot({}).spend);
    stream().emit('beat');
    await pass(NEXT_EVENT_WITHIN_MS - 1);
    expect(heard).toEqual(['snapshot 1', 'video petra/now', 'spend 0', 'beat']);
    expect(links).toEqual(['live']);
    expect(asked()).toBe(0);
  });

  it('asks every two seconds while they do not, and stops asking when they are back', async () => {
    const { stream, heard, links, pass, asked } = world();
    stream().emit('error');
    await pass(POLL_INTERVAL_MS);
    expect(asked()).toBe(2);
    expect(heard).toEqual(['snapshot 0', 'snapshot 0']);
    expect(links).toEqual(['polling', 'polling']);
    stream().emit('beat');
    expect(links.at(-1)).toBe('live');
    await pass(POLL_INTERVAL_MS);
    expect(asked()).toBe(2);
  });

  it('does not let a late answer overwrite what the events said meanwhile', async () => {
    const { stream, heard, answers, pass } = world();
    let answer = () => {};
    const late = snapshot({ videos: [view()] });
    Object.defineProperty(late, 'then', {
      value: (done: (value: Snapshot) => void) => {
        answer = () => done(snapshot({ videos: [view()] }));
      },
    });
    answers.push(late);
    stream().emit('error');
    await pass(0);
    stream().emit('beat');
    answer();
    await pass(0);
    expect(heard).toEqual(['beat']);
  });

  it('says that nobody answers, and notices when somebody does again', async () => {
    const { stream, links, answers, pass } = world();
    answers.push(new Error('refused'), snapshot());
    stream().emit('error');
    await pass(0);
    expect(links).toEqual(['lost']);
    await pass(POLL_INTERVAL_MS);
    expect(links).toEqual(['lost', 'polling']);
  });

  it('asks once at a time however often the events fail', async () => {
    const { stream, pass, asked } = world();
    stream().emit('error');
    stream().emit('error');
    await pass(0);
    stream().emit('error');
    await pass(0);
    expect(asked()).toBe(1);
  });

  it('opens a stream again that the server refused, once', async () => {
    const { stream, streams, pass } = world();
    stream().readyState = CLOSED;
    stream().emit('error');
    stream().emit('error');
    await pass(REOPEN_REFUSED_AFTER_MS);
    expect(streams).toHaveLength(2);
  });

  it('ends everything when the page goes', async () => {
    const { clock, stream, stop, links, pass, asked } = world();
    stream().readyState = CLOSED;
    stream().emit('error');
    stop();
    stream().emit('error');
    await pass(REOPEN_REFUSED_AFTER_MS);
    expect(stream().isClosed).toBe(true);
    expect(clock.pending).toBe(0);
    expect([links, asked()]).toEqual([[], 0]);
  });
});

describe('a stream that does not fail but is silent', () => {
  it.each([
    ['that was never answered', [], FIRST_EVENT_WITHIN_MS],
    ['of which only the headers came', ['open'], FIRST_EVENT_WITHIN_MS],
    ['that fell silent', ['snapshot', 'video'], NEXT_EVENT_WITHIN_MS],
    ['that failed, and hangs in the attempt to come back', ['snapshot', 'error'], RECONNECT_WITHIN_MS],
    ['that comes back without a word', ['snapshot', 'error', 'open'], RECONNECT_WITHIN_MS],
  ])('%s is let go, and the page asks', async (_what, events, patienceMs) => {
    const { stream, streams, pass, asked, links } = world();
    for (const name of events) stream().emit(name, name === 'snapshot' ? snapshot() : view());
    await pass(patienceMs - 1);
    expect(stream().isClosed).toBe(false);
    await pass(1);
    expect(stream().isClosed).toBe(true);
    const before = asked();
    expect(before).toBeGreaterThan(0);
    expect(links.at(-1)).toBe('polling');
    await pass(REOPEN_SILENT_AFTER_MS - 1);
    expect(asked()).toBeGreaterThan(before + 10);
    expect(streams).toHaveLength(1);
  });

  it('is tried again later, while the page goes on asking until it speaks', async () => {
    const { stream, streams, pass, asked, links } = world();
    await pass(FIRST_EVENT_WITHIN_MS + REOPEN_SILENT_AFTER_MS);
    expect(streams).toHaveLength(2);
    const before = asked();
    await pass(POLL_INTERVAL_MS);
    expect(asked()).toBe(before + 1);
    stream().emit('snapshot', snapshot());
    await pass(NEXT_EVENT_WITHIN_MS - 1);
    expect(asked()).toBe(before + 1);
    expect(links.at(-1)).toBe('live');
  });

  it('is one that lives as long as its heartbeat comes', async () => {
    const { stream, pass, asked } = world();
    stream().emit('snapshot', snapshot());
    for (let count = 0; count < 20; count += 1) {
      await pass(15_000);
      stream().emit('beat');
    }
    expect([stream().isClosed, asked()]).toEqual([false, 0]);
  });
});
