import { expect, it } from 'vitest';
import { generateWithFal } from '#lib/fal/index.ts';
import { falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

it('buys for each project, and by force once more, under another name', async () => {
  const { tuning, files, posts } = await falProject();
  await generateWithFal(MODEL, INPUT, { ...tuning, projectId: 'a' });
  await generateWithFal(MODEL, INPUT, { ...tuning, projectId: 'b' });
  const forced = await generateWithFal(MODEL, INPUT, { ...tuning, projectId: 'b', force: true });
  expect(await generateWithFal(MODEL, INPUT, { ...tuning, projectId: 'b' })).toEqual(forced);
  expect([files('a').length, files('b').length, posts()]).toEqual([1, 2, 3]);
});
