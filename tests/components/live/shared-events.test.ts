import { expect, it } from 'vitest';
import { CLOSED } from '#lib/components/live/live-client.ts';
import {
  ANSWER_WITHIN_MS,
  type Channel,
  HELD_EVERY_MS,
  HELD_WITHIN_MS,
  type Message,
  SharedEvents,
} from '#lib/components/live/shared-events.ts';
import { FakeEventStream } from '../../fixtures/app/fake-event-stream.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { timersOf } from '../../fixtures/virtual-timers.ts';

type Listener = (event: MessageEvent<Message>) => void;

function world() {
  const clock = new VirtualClock({ auto: false });
  const later = timersOf(clock);
  const joined = new Map<Channel, { listener: Listener; delayMs: () => number }>();

  /** As a BroadcastChannel: heard by all others, a little later. */
  function join(isCut: () => boolean, delayMs: () => number): Channel {
    const channel: Channel = {
      postMessage: (data) => {
        if (isCut()) return;
        for (const [other, { listener, delayMs: takes }] of joined) {
          if (other === channel) continue;
          later(() => joined.has(other) && listener(new MessageEvent('message', { data })), takes());
        }
      },
      addEventListener: (_type, listener) => void joined.set(channel, { listener, delayMs }),
      close: () => void joined.delete(channel),
    };
    return channel;
  }

  function open(id: string) {
    const streams: FakeEventStream[] = [];
    const heard: string[] = [];
    let isGone = false;
    let delayMs = 1;
    const shared = new SharedEvents({
      id,
      channel: join(
        () => isGone,
        () => delayMs,
      ),
      later: (action, delayMs) => later(() => isGone || action(), delayMs),
      welcome: () => [['video', `all that ${id} knows`]],
      open: () => {
        const stream = new FakeEventStream();
        streams.push(stream);
        return stream;
      },
    });
    for (const name of ['snapshot', 'video', 'spend', 'beat', 'error'] as const) {
      shared.addEventListener(name, ({ data }) => heard.push(`${name} ${data}`));
    }
    /** The page ends without a word. */
    const crash = () => {
      isGone = true;
    };
    /** The page is so busy that it takes messages in late. */
    const slowDown = (ms: number) => {
      delayMs = ms;
    };
    const isHolding = () => streams.some(({ isClosed }) => !isClosed);
    return {
      shared,
      streams,
      heard,
      crash,
      slowDown,
      isHolding,
      stream: () => streams.at(-1) ?? new FakeEventStream(),
    };
  }
  return { open, pass: (ms: number) => clock.advance(ms) };
}

/** One that holds the stream, and has heard of it, and one that came later. */
async function aPair() {
  const { open, pass } = world();
  const first = open('m');
  await pass(ANSWER_WITHIN_MS);
  first.stream().emit('snapshot', 1);
  await pass(HELD_EVERY_MS);
  const second = open('b');
  await pass(HELD_EVERY_MS);
  return { open, pass, first, second };
}

it('opens the stream where there is no other page', async () => {
  const { open, pass } = world();
  const { stream, streams, heard, shared } = open('a');
  await pass(ANSWER_WITHIN_MS);
  stream().emit('beat');
  stream().readyState = 1;
  await pass(60_000);
  expect(streams).toHaveLength(1);
  expect(heard).toEqual(['beat {}']);
  expect(shared.readyState).toBe(1);
});

it('listens to the page that holds the stream, and begins with all that it knows', async () => {
  const { first, second, pass } = await aPair();
  first.stream().emit('video', 2);
  first.stream().emit('error');
  await pass(60_000);
  expect(second.streams).toEqual([]);
  expect(second.heard).toEqual(['video all that m knows', 'video 2', 'error {}']);
  expect(first.heard).toEqual(['snapshot 1', 'video 2', 'error {}']);
});

it('is told nothing by a page whose own stream has not spoken, or has failed', async () => {
  const { first, open, pass } = await aPair();
  first.stream().emit('error');
  const third = open('z');
  await pass(HELD_EVERY_MS);
  expect(third.heard).toEqual([]);
});

it('tells only the page that has just come what all others know', async () => {
  const { second, open, pass } = await aPair();
  open('z');
  await pass(HELD_EVERY_MS);
  expect(second.heard).toHaveLength(1);
});

it.each(['abcdefgh', 'hgfedcba', 'dahcgbef'])('opens one stream for pages that come all at once: %s', async (ids) => {
  const { open, pass } = world();
  const pages: Array<ReturnType<typeof open>> = [];
  for (const id of ids) {
    pages.push(open(id));
    await pass(20);
  }
  await pass(ANSWER_WITHIN_MS);
  await pass(60_000);
  expect(pages.flatMap(({ streams }) => streams)).toHaveLength(1);
});

it('takes the stream over at once from a page that says that it goes', async () => {
  const { first, second, pass, open } = await aPair();
  const third = open('z');
  await pass(ANSWER_WITHIN_MS);
  first.shared.close();
  expect([first.isHolding(), first.shared.readyState]).toEqual([false, CLOSED]);
  await pass(ANSWER_WITHIN_MS + 10);
  expect([second.isHolding(), third.isHolding()]).toEqual([true, false]);
  second.stream().emit('snapshot', 9);
  await pass(1);
  expect(third.heard.at(-1)).toBe('snapshot 9');
});

it('takes it over in time from a page that ends without a word', async () => {
  const { first, second, pass } = await aPair();
  first.crash();
  await pass(HELD_WITHIN_MS + ANSWER_WITHIN_MS + 10);
  expect(second.isHolding()).toBe(true);
});

it.each([
  ['m', 'b'],
  ['b', 'm'],
])('ends up with one stream where %s was too busy to tell %s that it has one', async (busy, other) => {
  const { open, pass } = world();
  const pages = [open(busy)];
  await pass(ANSWER_WITHIN_MS);
  pages[0]?.slowDown(2 * ANSWER_WITHIN_MS);
  pages.push(open(other));
  await pass(ANSWER_WITHIN_MS);
  expect(pages.map(({ isHolding }) => isHolding())).toEqual([true, true]);
  for (const { stream } of pages) stream().emit('snapshot', 1);
  await pass(HELD_EVERY_MS);
  expect(pages.map(({ isHolding }) => isHolding())).toEqual([busy === 'b', other === 'b']);
  // What the one that keeps it heard before the other let go is not lost on that one.
  expect(pages.find(({ isHolding }) => !isHolding())?.heard.at(-1)).toBe('video all that b knows');
});

it('does nothing more once it is closed', async () => {
  const { second, pass, first } = await aPair();
  second.shared.close();
  second.shared.close();
  first.shared.close();
  await pass(60_000);
  expect(second.streams).toEqual([]);
});
