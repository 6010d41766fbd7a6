import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateWithFal } from '#lib/fal/index.ts';
import { falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

it('names films of one millisecond apart', async () => {
  const { tuning, files } = await falProject({ taskDurationMs: 0 });
  await Promise.all([1, 2, 3].map((seed) => generateWithFal(MODEL, { ...INPUT, seed }, tuning)));
  expect(new Set(files()).size).toBe(3);
});

it('fetches a film whose file is gone again, and buys none once its link is dead', async () => {
  const { root, tuning, files, posts, clock } = await falProject();
  await generateWithFal(MODEL, INPUT, tuning);
  const [file = ''] = files();
  const path = join(root, 'media/projects/default/videos', file);
  rmSync(path);
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(files()).toEqual([file]);
  rmSync(path);
  clock.advance(8 * 24 * 3_600_000);
  const gone = await generateWithFal(MODEL, INPUT, tuning);
  expect(gone).toMatchObject({ success: false, code: 'not-found', error: expect.stringMatching(/force/) });
  expect(posts()).toBe(1);
});

it('buys nothing while the drive of the library is away, and makes no folder in its place', async () => {
  const { root, tuning, posts } = await falProject();
  await generateWithFal(MODEL, INPUT, tuning);
  renameSync(join(root, 'media'), join(root, 'away'));
  for (const input of [INPUT, { ...INPUT, seed: 2 }]) {
    expect(await generateWithFal(MODEL, input, tuning)).toMatchObject({ success: false, code: 'disk' });
  }
  expect(() => mkdirSync(join(root, 'media'))).not.toThrow();
  expect(posts()).toBe(1);
});
