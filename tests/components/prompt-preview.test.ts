import { expect, it } from 'vitest';
import { previewPrompt } from '#lib/components/prompt-preview.ts';

it('asks the server for the prompt of one video', async () => {
  const asked: string[] = [];
  const fetcher: typeof fetch = async (input) => {
    asked.push(String(input));
    return new Response('A wide shot.');
  };
  expect(await previewPrompt('rome/old', fetcher)).toBe('A wide shot.');
  expect(asked).toEqual(['/api/videos/rome/old/prompt']);
});

it.each<[string, typeof fetch]>([
  ['refuses', async () => new Response('No.', { status: 404 })],
  ['is gone', () => Promise.reject(new TypeError('fetch failed'))],
])('shows nothing when the server %s', async (_what, fetcher) => {
  expect(await previewPrompt('rome/old', fetcher)).toBeUndefined();
});
