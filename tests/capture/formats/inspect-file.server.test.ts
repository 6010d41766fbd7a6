import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { makeMp4, withoutTimescale } from '../../fixtures/mp4/mp4.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

it('reads what the record keeps, from a file on disk', async () => {
  const path = join(temporaryFolder(), 'video.mp4');
  writeFileSync(path, await makeMp4({ durationSeconds: 2, width: 320, height: 180, audio: true }));
  expect(await mp4.inspect(path)).toEqual({ media: { durationSeconds: 2, width: 320, height: 180, hasAudio: true } });
});

it('fails as the disk does where there is no file', async () => {
  await expect(mp4.inspect(join(temporaryFolder(), 'none.mp4'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('leaves out a duration that is no number: no record could hold it', async () => {
  const path = join(temporaryFolder(), 'video.mp4');
  writeFileSync(path, withoutTimescale(await makeMp4({ width: 320, height: 180 })));
  expect(await mp4.inspect(path)).toEqual({ media: { width: 320, height: 180, hasAudio: false } });
});
