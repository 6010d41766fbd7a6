import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateWithFal, resumeFal } from '#lib/fal/index.ts';
import { falProject, INPUT, MODEL } from '../../../fixtures/fal/fal-project.ts';

it('a media library that goes while its film is made is not made anew, and the film comes once it is back', async () => {
  const { root, tuning, fal, files } = await falProject();
  const media = join(root, 'media');
  const onProgress = ({ stage }: { stage: string }) => {
    if (stage === 'generating' && existsSync(media)) renameSync(media, `${media}-away`);
  };
  expect(await generateWithFal(MODEL, INPUT, { ...tuning, onProgress })).toMatchObject({
    success: false,
    code: 'disk',
  });
  expect([existsSync(media), existsSync(`${media}-away`)]).toEqual([false, true]);
  expect(await resumeFal({ ...tuning, ignoreBackoff: true })).toMatchObject([{ success: false, code: 'disk' }]);
  expect(existsSync(media)).toBe(false);
  renameSync(`${media}-away`, media);
  const [resumed] = await resumeFal({ ...tuning, ignoreBackoff: true });
  expect(resumed).toMatchObject({ success: true, items: [{ name: files()[0], isLocalFile: true }] });
  expect(fal.submissions()).toHaveLength(1);
});
