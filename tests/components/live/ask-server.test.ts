import { expect, it } from 'vitest';
import { askServer, jsonRequest, ServerRefusal, whyNot } from '#lib/components/live/ask-server.ts';

const refusing =
  (status: number, body: string): typeof fetch =>
  async () =>
    new Response(body, { status });

it('a refusal says why, in the words of the server', async () => {
  const detail = 'The query is not valid.';
  const refusal = await askServer('/api', {}, refusing(400, JSON.stringify({ detail }))).catch((error) => error);
  expect(refusal).toMatchObject({ status: 400, message: detail });
  expect(whyNot(refusal)).toBe(detail);
});

it('a page in place of an answer is a failure of the server', async () => {
  const failure = askServer('/api', {}, refusing(502, '<html>'));
  await expect(failure).rejects.toMatchObject({ status: 502, message: 'The server failed. Try again.' });
});

it('silence is told in words of the one who asks', () => {
  expect(whyNot(new TypeError('fetch failed'))).toBe('The server did not respond. Try again.');
  expect(whyNot(new TypeError('fetch failed'), 'Look at the list.')).toBe('Look at the list.');
  expect(whyNot(new ServerRefusal(409, 'It is busy.'), 'Look at the list.')).toBe('It is busy.');
});

it('a request never takes an answer that was kept, and says what its body is', async () => {
  const asked: Array<RequestInit | undefined> = [];
  const noting: typeof fetch = async (_address, request) => {
    asked.push(request);
    return Response.json({ ok: true });
  };
  expect(await askServer('/api', jsonRequest('POST', { a: 1 }), noting)).toEqual({ ok: true });
  expect(asked).toEqual([
    { cache: 'no-store', method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' },
  ]);
});
