import type { RequestEvent } from '@sveltejs/kit';
import { beforeEach, expect, it, vi } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { endpoint, fresh, freshVideos } from '#lib/web/http/endpoint.server.ts';
import { serverLog } from '#lib/web/http/log.server.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { view } from '../../fixtures/records/video-views.ts';

const log = { warn: vi.fn(), error: vi.fn(), debug: vi.fn() };
vi.mock('#lib/web/http/log.server.ts', () => ({ serverLog: vi.fn() }));
beforeEach(() => {
  vi.clearAllMocks();
  // Only these levels are used here.
  vi.mocked(serverLog).mockReturnValue(log as unknown as ReturnType<typeof serverLog>);
});

// Only this part of SvelteKit's event is looked at.
const event = { locals: { requestId: 'r1' } } as RequestEvent;
const failing = (error: unknown) => endpoint(() => Promise.reject(error));

it('an answer passes as it is', async () => {
  const response = await endpoint(() => fresh({ a: 1 }, 202))(event);
  expect([response.status, response.headers.get('cache-control'), await response.json()]).toEqual([
    202,
    'no-store',
    { a: 1 },
  ]);
});

it('a list of videos is JSON that no cache keeps', async () => {
  const body = { videos: [view()], now: 'x' };
  const response = freshVideos(body);
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'application/json',
    'cache-control': 'no-store',
  });
  expect(await response.json()).toEqual(body);
});

it('a refusal is a problem document, and no line in the log', async () => {
  const response = await failing(new ProblemError('invalid-input', 'No such limit.'))(event);
  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
  expect(await response.json()).toMatchObject({ detail: 'No such limit.', requestId: 'r1' });
  expect([log.warn, log.error, log.debug].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0]);
});

it.each([
  ['a failure with a code', new ReelError('store-corrupt', 'Broken.'), 'warn'],
  ['a mistake of ours', new Error('oops'), 'error'],
] as const)('%s is a line in the log, once while it lasts', async (_name, error, level) => {
  let isBroken = true;
  const answer = endpoint(() => (isBroken ? Promise.reject(error) : fresh({})));
  for (let times = 0; times < 3; times += 1) expect((await answer(event)).status).toBeGreaterThanOrEqual(500);
  expect(log[level]).toHaveBeenCalledTimes(1);
  expect(log[level]).toHaveBeenCalledWith({ err: error, requestId: 'r1' }, 'request failed');
  expect(log.debug).toHaveBeenCalledTimes(2);
  isBroken = false;
  await answer(event);
  isBroken = true;
  await answer(event);
  expect(log[level]).toHaveBeenCalledTimes(2);
});

it('a mistake of ours tells nothing about itself', async () => {
  expect(await (await failing(new Error('at /home/me/x.ts'))(event)).text()).not.toContain('/home');
});
