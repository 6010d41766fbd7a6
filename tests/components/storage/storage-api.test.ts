import { expect, it } from 'vitest';
import { queryOf, searchOf, sendCleanUp } from '#lib/components/storage/storage-api.ts';

const refusing =
  (status: number, body: string): typeof fetch =>
  async () =>
    new Response(body, { status });

it('asks for what is named only', () => {
  expect(`${searchOf({ text: 'a b', channel: '', status: undefined, limit: 5 })}`).toBe('text=a+b&limit=5');
});

it.each([
  ['text=a+b&channel=news&status=failed&cursor=c', { text: 'a b', channel: 'news', status: 'failed', cursor: 'c' }],
  ['text=&status=lost&fbclid=1', {}],
])('the address "%s" asks for %j', (search, wanted) => expect(queryOf(new URLSearchParams(search))).toEqual(wanted));

it('a clean-up answers with a sentence when it is refused or nobody answers', async () => {
  expect(await sendCleanUp({}, refusing(409, '{"detail":"Look at it again."}'))).toBe('Look at it again.');
  const away: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));
  expect(await sendCleanUp({}, away)).toMatch(/did not respond.*look at the list/);
  const sent: unknown[] = [];
  const noting: typeof fetch = async (_address, request) => {
    sent.push(request?.method, request?.body);
    return Response.json({ isDryRun: true });
  };
  expect(await sendCleanUp({ olderThanDays: 3 }, noting)).toEqual({ isDryRun: true });
  expect(sent).toEqual(['POST', '{"olderThanDays":3}']);
});
