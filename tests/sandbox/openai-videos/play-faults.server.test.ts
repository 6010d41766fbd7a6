import { expect, it } from 'vitest';
import type { VideoFault } from '#lib/sandbox/openai-videos/fault-kinds.ts';
import { playFaults } from '#lib/sandbox/openai-videos/play-faults.server.ts';

/** What a client gets, and whether the endpoint has nothing left to do. */
async function play(...faults: VideoFault[]) {
  const sent: unknown[] = [];
  const noted: string[] = [];
  const exchange = {
    ...{ entry: { requestId: 'req-1' }, noteFaults: (names: Iterable<string>) => void noted.push(...names) },
    sendJson: (status: number, body: object, headers = {}) => void sent.push({ status, body, headers }),
    send: (status: number, headers: object) => void sent.push({ status, headers }),
    cut: () => void sent.push('cut'),
  };
  const waits: number[] = [];
  const clock = { wait: async (ms: number) => void waits.push(ms) };
  const world = { clock, closing: new AbortController().signal };
  const isOver = await playFaults(world as never, exchange as never, new Map(faults.map((one) => [one.fault, one])));
  return { isOver, sent, noted, waits };
}

it.each<[VideoFault, unknown]>([
  [
    { fault: 'refuse-429', retryAfterSeconds: 7 },
    { status: 429, headers: { 'retry-after': '7', 'x-request-id': 'req-1' } },
  ],
  [
    { fault: 'refuse-400', code: 'moderation_blocked', message: 'No.' },
    { status: 400, body: { error: { code: 'moderation_blocked', message: 'No.' } } },
  ],
  [{ fault: 'error-with-200' }, { status: 200, body: { error: { code: 'invalid_api_key' } } }],
  [
    { fault: 'redirect', location: 'http://10.0.0.1/' },
    { status: 302, headers: { location: 'http://10.0.0.1/' } },
  ],
])('a client gets what %j says, and nothing else', async (fault, wanted) => {
  expect(await play(fault)).toMatchObject({ isOver: true, sent: [wanted], noted: [fault.fault] });
});

it('a connection is cut without an answer', async () => {
  expect(await play({ fault: 'drop-answer' })).toMatchObject({ isOver: true, sent: ['cut'] });
});

it('a slow answer comes all the same, and one that is slow and refused is both', async () => {
  expect(await play({ fault: 'slow-answer', delayMs: 30 })).toMatchObject({ isOver: false, sent: [], waits: [30] });
  const both = await play({ fault: 'slow-answer' }, { fault: 'refuse-503' });
  expect(both).toMatchObject({ isOver: true, sent: [{ status: 503 }], waits: [2000] });
});

it('faults of one endpoint alone are left to it', async () => {
  expect(await play({ fault: 'html-body' })).toMatchObject({ isOver: false, sent: [], noted: ['html-body'] });
});
