import { expect, it } from 'vitest';
import { generateWithOpenAIVideos } from '#lib/openai-videos/index.ts';
import { videosProject } from '../../fixtures/openai-videos/videos-project.ts';

const ORDER = { prompt: 'A harbour at dawn.', model: 'sora-2', seconds: 4, size: '1280x720' };

it('buys one video once, and saves it with its pictures', async () => {
  const { service, tuning, files } = await videosProject();
  const result = await generateWithOpenAIVideos(ORDER, { ...tuning, name: 'harbour' });
  expect(result).toMatchObject({ success: true, localPath: 'static/generated-videos/generated/harbour.mp4' });
  expect(files()).toEqual(['harbour.mp4', 'harbour_spritesheet.jpg', 'harbour_thumbnail.webp']);
  expect(await generateWithOpenAIVideos(ORDER, { ...tuning, name: 'harbour' })).toEqual(result);
  expect(service.creations()).toHaveLength(1);
});

it.each([
  ['a retired service', { baseUrl: 'https://api.openai.com/v1' }, ORDER, 'config', /retired/],
  ['no prompt', {}, { ...ORDER, prompt: ' ' }, 'invalid-input', /prompt/],
  ['bytes, which no record keeps', {}, { ...ORDER, inputReference: new Uint8Array(4) }, 'invalid-input', /path/],
  ['a name that is none', { name: '../x' }, ORDER, 'invalid-input', /name/],
  ['an exhausted budget', { budgetUsd: 0.3 }, ORDER, 'budget', /budgetUsd/],
  ['a budget that cannot be kept', { budgetUsd: 5 }, { prompt: 'x' }, 'budget', /price/],
])('refuses %s before anything is sent', async (_name, options, order, code, message) => {
  const { service, tuning } = await videosProject();
  const result = await generateWithOpenAIVideos(order, { ...tuning, ...options });
  expect(result).toMatchObject({ success: false, code, error: expect.stringMatching(message) });
  expect(service.requests()).toEqual([]);
});
