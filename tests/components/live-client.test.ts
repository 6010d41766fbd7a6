import { describe, expect, it } from 'vitest';
import {
  type EventStream,
  followVideos,
  type Link,
  POLL_INTERVAL_MS,
  REOPEN_AFTER_MS,
} from '#lib/components/live-client.ts';
import type { Snapshot } from '#lib/web/video-view.ts';
import { snapshot, view } from '../fixtures/video-views.ts';

class Stream implements EventStream {
  readyState = 0;
  isClosed = false;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, listener);
  }
  close(): void {
    this.isClosed = true;
  }
  emit(type: string, data: unknown = {}): void {
    this.#listeners.get(type)?.(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
}

function world() {
  const streams: Stream[] = [];
  const tasks = new Map<() => void, number>();
  const heard: string[] = [];
  const links: Link[] = [];
  const answers: Array<Snapshot | Error> = [];
  let asked = 0;
  const stop = followVideos(
    {
      onSnapshot: ({ videos }) => heard.push(`snapshot ${videos.length}`),
      onVideo: ({ key }) => heard.push(`video ${key}`),
      onSpend: ({ totalUsd }) => heard.push(`spend ${totalUsd}`),
      onLink: (link) => links.push(link),
    },
    {
      openEvents: () => {
        const stream = new Stream();
        streams.push(stream);
        return stream;
      },
      fetchSnapshot: async () => {
        asked += 1;
        const answer = answers.shift() ?? snapshot();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      later: (action, delayMs) => {
        tasks.set(action, delayMs);
        return () => void tasks.delete(action);
      },
    },
  );
  /** Lets everything that waits for exactly so long happen. */
  const pass = async (delayMs: number) => {
    for (const [action, after] of [...tasks]) {
      if (after !== delayMs) continue;
      tasks.delete(action);
      action();
    }
    await new Promise((done) => setImmediate(done));
  };
  const stream = (): Stream => {
    const last = streams.at(-1);
    if (!last) throw new Error('no stream was opened');
    return last;
  };
  return { streams, stream, tasks, heard, links, answers, asked: () => asked, pass, stop };
}

describe('a page that listens', () => {
  it('passes on what the events say, and asks for nothing while they arrive', () => {
    const { stream, heard, links, tasks } = world();
    stream().emit('open');
    stream().emit('snapshot', snapshot({ videos: [view()] }));
    stream().emit('video', view({ spotId: 'petra', eraId: 'now' }));
    stream().emit('spend', snapshot({}).spend);
    expect(heard).toEqual(['snapshot 1', 'video petra/now', 'spend 0']);
    expect(links).toEqual(['live']);
    expect(tasks.size).toBe(0);
  });

  it('asks every three seconds while they do not, and stops asking when they are back', async () => {
    const { stream, heard, links, pass, asked, tasks } = world();
    stream().emit('error');
    await pass(0);
    await pass(POLL_INTERVAL_MS);
    expect(asked()).toBe(2);
    expect(heard).toEqual(['snapshot 0', 'snapshot 0']);
    expect(links).toEqual(['polling', 'polling']);
    stream().emit('open');
    expect(links.at(-1)).toBe('live');
    expect(tasks.size).toBe(0);
  });

  it('does not let a late answer overwrite what the events said meanwhile', async () => {
    const { stream, heard, pass } = world();
    stream().emit('error');
    const asking = pass(0);
    stream().emit('open');
    await asking;
    expect(heard).toEqual([]);
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
    stream().readyState = 2;
    stream().emit('error');
    stream().emit('error');
    await pass(REOPEN_AFTER_MS);
    expect(streams).toHaveLength(2);
  });

  it('ends everything when the page goes', async () => {
    const { stream, tasks, stop, links } = world();
    stream().readyState = 2;
    stream().emit('error');
    stop();
    stream().emit('error');
    expect(stream().isClosed).toBe(true);
    expect(tasks.size).toBe(0);
    expect(links).toEqual([]);
  });
});
