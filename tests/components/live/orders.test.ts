import { describe, expect, it } from 'vitest';
import { cancelOrder, orderVideo } from '#lib/components/live/orders.ts';
import { view } from '../../fixtures/records/video-views.ts';

interface Call {
  url: string;
  init: RequestInit | undefined;
}

function server(answer: Response | Error) {
  const calls: Call[] = [];
  const fetcher: typeof fetch = async (url, init) => {
    calls.push({ url: String(url), init });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { calls, fetcher };
}

const problem = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

describe('an order', () => {
  it('posts the options and gives back the video', async () => {
    const taken = view({ state: 'generating' });
    const { calls, fetcher } = server(new Response(JSON.stringify(taken), { status: 202 }));
    const outcome = await orderVideo('colosseum/today', { force: true, durationSeconds: 8 }, fetcher);
    expect(outcome).toEqual({ ok: true, view: taken });
    expect(calls[0]).toMatchObject({
      url: '/api/videos/colosseum/today',
      init: {
        method: 'POST',
        body: '{"force":true,"durationSeconds":8}',
        headers: { 'content-type': 'application/json' },
      },
    });
  });

  it('is canceled by DELETE', async () => {
    const { calls, fetcher } = server(new Response(JSON.stringify(view({ state: 'canceled' }))));
    expect(await cancelOrder('a/b', fetcher)).toMatchObject({ ok: true, view: { state: 'canceled' } });
    expect(calls[0]).toMatchObject({ url: '/api/videos/a/b', init: { method: 'DELETE' } });
  });

  it.each([
    [
      'says what the server says',
      problem(402, { title: 'No', detail: 'The budget of $1.00 is used up.', code: 'budget' }),
      { message: 'The budget of $1.00 is used up.', code: 'budget', status: 402 },
    ],
    ['takes the title where there is no detail', problem(409, { title: 'Busy' }), { message: 'Busy', status: 409 }],
    [
      'bears an answer that is no JSON',
      new Response('<h1>Bad gateway</h1>', { status: 502 }),
      { message: 'The server responded with status 502 and no reason.', status: 502 },
    ],
    [
      'does not take a stranger for a video',
      problem(200, { hello: 1 }),
      { message: 'The server responded with status 200 and no reason.', status: 200 },
    ],
  ])('%s', async (_what, answer, expected) => {
    expect(await orderVideo('a/b', {}, server(answer).fetcher)).toEqual({ ok: false, problem: expected });
  });

  it('warns of repeating what may have arrived', async () => {
    const outcome = await orderVideo('a/b', {}, server(new TypeError('fetch failed')).fetcher);
    expect(outcome).toMatchObject({ ok: false, problem: { message: expect.stringContaining('before you repeat it') } });
  });
});
