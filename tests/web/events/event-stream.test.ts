import { describe, expect, it, vi } from 'vitest';
import { eventParts, eventText, openEventStream } from '#lib/web/events/event-stream.ts';
import { bytesWithVideos } from '#lib/web/events/view-text.ts';
import { view } from '../../fixtures/records/video-views.ts';

const SPEND = { totalUsd: 0, todayUsd: 0, lostUsd: 0, inFlightUsd: 0, unpriced: 0 };
const bytes = (size: number) => new TextEncoder().encode('x'.repeat(size));
const large = (count: number) => ({
  id: `e.${count}`,
  event: 'video' as const,
  data: view({ eraId: `${count}`, prompt: 'x'.repeat(100_000) }),
});

it('writes events as the standard has them', async () => {
  const stream = openEventStream(() => {});
  const snapshot = { videos: [view(), view({ eraId: 'built' })], now: 'line\nbreak' };
  stream.open(eventParts('snapshot', bytesWithVideos(snapshot), 'e.0'));
  stream.send({ id: 'e.1', event: 'spend', data: SPEND });
  stream.beat();
  // Anything but digits is ignored by an EventSource.
  stream.close(2499.7);
  expect(await new Response(stream.body).text()).toBe(
    'retry: 2000\n\n' +
      `id: e.0\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n` +
      `id: e.1\nevent: spend\ndata: ${JSON.stringify(SPEND)}\n\n` +
      // With a name and data: of anything less an EventSource says nothing. No id: it is no news.
      'event: beat\ndata: {}\n\n' +
      'retry: 2500\n\n',
  );
});

it('keeps every event in one data line', () => {
  expect(eventText('video', { text: 'a\r\nb\u2028c' }, 'e.1').split('\n')).toHaveLength(5);
});

it('tells once when the visitor has left, and writes no more', async () => {
  const onGone = vi.fn();
  const stream = openEventStream(onGone);
  await stream.body.cancel();
  stream.beat();
  stream.close();
  expect(onGone.mock.calls).toEqual([[false]]);
});

describe('a visitor who does not read', () => {
  it('is let go of when news pile up', async () => {
    const onGone = vi.fn();
    const stream = openEventStream(onGone);
    for (let count = 0; count < 9; count += 1) stream.send(large(count));
    expect(onGone).not.toHaveBeenCalled();
    for (let count = 9; count < 12; count += 1) stream.send(large(count));
    expect(onGone.mock.calls).toEqual([[true]]);
    await expect(stream.body.getReader().read()).rejects.toThrow('does not read');
  });

  it('is let go of after some heartbeats, however little there is to read', () => {
    const onGone = vi.fn();
    const stream = openEventStream(onGone);
    stream.open([bytes(200_000)]);
    for (let count = 0; count < 3; count += 1) stream.beat();
    expect(onGone.mock.calls).toEqual([[true]]);
  });

  it.each([2, 8, 40])('is none for a greeting of %d MiB', async (mebibytes) => {
    const onGone = vi.fn();
    const stream = openEventStream(onGone);
    const greeting = bytes(mebibytes * 1024 * 1024);
    stream.open([greeting]);
    for (let count = 0; count < 9; count += 1) stream.send(large(count));
    expect(onGone).not.toHaveBeenCalled();
    stream.close();
    expect((await new Response(stream.body).bytes()).byteLength).toBeGreaterThan(greeting.byteLength + 900_000);
  });

  it('is none who reads slowly: a piece between two heartbeats is enough', async () => {
    const onGone = vi.fn();
    const stream = openEventStream(onGone);
    stream.open([bytes(1024 * 1024)]);
    const reader = stream.body.getReader();
    for (let count = 0; count < 10; count += 1) {
      stream.beat();
      expect((await reader.read()).value?.byteLength).toBeLessThanOrEqual(64 * 1024);
    }
    expect(onGone).not.toHaveBeenCalled();
  });

  it('is none who has read all there was', async () => {
    const onGone = vi.fn();
    const stream = openEventStream(onGone);
    const reader = stream.body.getReader();
    for (let count = 0; count < 10; count += 1) {
      await reader.read();
      stream.beat();
    }
    expect(onGone).not.toHaveBeenCalled();
  });
});
