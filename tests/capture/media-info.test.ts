import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { readMedia } from '#lib/capture/media-info.server.ts';
import { makeMp4, withoutTimescale } from '../fixtures/mp4.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const MARK = Symbol.for('mediabunny loaded');

it("reads a file without a word about the app's own mediabunny, which stays as it is", async () => {
  const path = join(temporaryFolder(), 'video.mp4');
  // The fixture has loaded a mediabunny as an app would.
  writeFileSync(path, await makeMp4({ durationSeconds: 2, width: 320, height: 180, audio: true }));
  expect(Reflect.get(globalThis, MARK)).toBe(true);
  const [error, warn] = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];
  const { media, problem } = await readMedia(path);
  expect(problem).toBeUndefined();
  expect(media).toMatchObject({ width: 320, height: 180, hasAudio: true });
  expect([...error.mock.calls, ...warn.mock.calls]).toEqual([]);
  expect(Reflect.get(globalThis, MARK)).toBe(true);
});

it('leaves out a duration that is no number: no record could hold it', async () => {
  const path = join(temporaryFolder(), 'video.mp4');
  writeFileSync(path, withoutTimescale(await makeMp4({ width: 320, height: 180 })));
  expect(await readMedia(path)).toEqual({ media: { width: 320, height: 180, hasAudio: false } });
});
