import { expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '#lib/sandbox/sandbox.server.ts';
import { estimateFilm, estimateWords } from '#lib/web/media/estimate.server.ts';
import { mediaProject } from '../../fixtures/media/library.ts';

it('says what a film of this length costs', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  mediaProject(sandbox.env);
  const address = (input: object) =>
    new URL(`http://x/?${new URLSearchParams({ model: 'fal-ai/ltx/fast', input: JSON.stringify(input) })}`);
  expect(await estimateFilm(address({ duration: 5 }))).toEqual({ amountUsd: 0.25, text: 'About $0.25.' });
  expect(await estimateFilm(address({}))).toMatchObject({ amountUsd: null, text: expect.stringMatching(/varies/) });
});

it.each([
  [0.35, { unit: 'second', unitUsd: 0.07 }, 'About $0.35.'],
  [null, undefined, 'The price of this model is not known here.'],
  [null, { unit: 'credits', unitUsd: 0.5 }, 'The price varies: $0.50 for each "credits" that fal counts.'],
])('of %s dollars and the price %j', (usd, price, words) => {
  expect(estimateWords(usd, price)).toBe(words);
});

it.each(['', '?model=a/b&input={', '?model=a/b&input=[]'])('refuses %j', async (query) => {
  await expect(estimateFilm(new URL(`http://x/${query}`))).rejects.toMatchObject({ problem: 'invalid-input' });
});
