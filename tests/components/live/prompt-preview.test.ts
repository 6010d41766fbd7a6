import { expect, it } from 'vitest';
import { fetchPreview } from '#lib/components/live/prompt-preview.ts';

it('asks the server for the prompt of one video', async () => {
  const asked: string[] = [];
  const fetcher: typeof fetch = async (input) => {
    asked.push(String(input));
    return new Response('A wide shot.');
  };
  expect(await fetchPreview('rome/old', fetcher)).toEqual({ prompt: 'A wide shot.' });
  expect(asked).toEqual(['/api/videos/rome/old/prompt']);
});

it.each<[string, typeof fetch, RegExp]>([
  ['keeps it from who has no token', async () => new Response('No.', { status: 401 }), /^Moderation/],
  ['keeps it from other machines', async () => new Response('No.', { status: 403 }), /^Moderation/],
  ['refuses', async () => new Response('No.', { status: 404 }), /could not be loaded/],
  ['is gone', () => Promise.reject(new TypeError('fetch failed')), /could not be loaded/],
])('says why there is none when the server %s', async (_what, fetcher, why) => {
  expect(await fetchPreview('rome/old', fetcher)).toEqual({ why: expect.stringMatching(why) });
});
