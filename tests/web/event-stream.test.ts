import { expect, it, vi } from 'vitest';
import { eventText, openEventStream } from '#lib/web/event-stream.ts';

const SPEND = { totalUsd: 0, todayUsd: 0, lostUsd: 0, inFlightUsd: 0, unpriced: 0 };

it('writes events as the standard has them', async () => {
  const stream = openEventStream(() => {});
  stream.sendNamed('snapshot', { now: 'line\nbreak' }, 'e.0');
  stream.send({ id: 'e.1', event: 'spend', data: SPEND });
  stream.beat();
  stream.close();
  expect(await new Response(stream.body).text()).toBe(
    'retry: 2000\n\n' +
      'id: e.0\nevent: snapshot\ndata: {"now":"line\\nbreak"}\n\n' +
      `id: e.1\nevent: spend\ndata: ${JSON.stringify(SPEND)}\n\n` +
      // With a name and data: of anything less an EventSource says nothing. No id: it is no news.
      'event: beat\ndata: {}\n\n',
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
  expect(onGone).toHaveBeenCalledTimes(1);
});

it('lets go of a visitor who does not read', () => {
  const onGone = vi.fn();
  const stream = openEventStream(onGone);
  const large = { text: 'x'.repeat(100_000) };
  for (let count = 0; count < 9; count += 1) stream.sendNamed('video', large, `e.${count}`);
  expect(onGone).not.toHaveBeenCalled();
  for (let count = 9; count < 12; count += 1) stream.sendNamed('video', large, `e.${count}`);
  expect(onGone).toHaveBeenCalledTimes(1);
});
