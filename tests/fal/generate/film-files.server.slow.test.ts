import { expect, it, vi } from 'vitest';
import { generateWithFal, resumeFal } from '#lib/fal/index.ts';
import { deleteProject, findMediaFile, saveAllToDisk } from '#lib/media/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { falProject } from '../../fixtures/fal/fal-project.ts';
import { sha256Of, standInBucket } from '../../fixtures/media/stored-library.ts';

const INPUT = { prompt: 'A harbour at dawn.', duration: 1, resolution: '480p', num_videos: 2 };
const DAY_MS = 24 * 3_600_000;

async function storedProject() {
  const { bucket, server, settings } = await standInBucket();
  const project = await falProject();
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  const keys = () => [...bucket.objects.keys()].sort();
  return { ...project, bucket, server, keys, generate: () => generateWithFal('studio/films', INPUT, project.tuning) };
}

it('every film of a request goes to object storage, and its item says so', async () => {
  const { bucket, keys, files, records, generate, fal } = await storedProject();
  const result = await generate();
  expect(result).toMatchObject({ success: true, items: [{ localState: 'here' }, { localState: 'here' }] });
  const [{ stem, taskId = '', assets = [] } = {}] = records();
  expect(files()).toEqual([]);
  expect(keys()).toEqual(['-2', ''].map((end) => `reel/media/projects/default/videos/${stem}${end}.mp4`));
  const stored = keys().map((key) => sha256Of(bucket.objects.get(key)?.bytes ?? Buffer.alloc(0)));
  const bought = [1, 0].map(async (index) => sha256Of(await fal.filmOf(taskId, index)));
  expect(stored).toEqual(await Promise.all(bought));
  for (const { name, object } of assets) {
    const fileName = `${stem}${name.replace('video', '')}.mp4`;
    expect(await findMediaFile('default', fileName)).toMatchObject({ object });
  }
  expect(await generate()).toEqual(result);
  expect([fal.submissions().length, keys().length]).toEqual([1, 2]);
});

it('films stay here while the store refuses them, and follow without being bought again', async () => {
  const { server, keys, files, generate, fal, tuning } = await storedProject();
  server.onRequest(({ operation }) =>
    operation === 'PutObject' ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : undefined,
  );
  expect(await generate()).toMatchObject({ success: false, code: 'auth', error: expect.stringContaining('safe in') });
  expect([files().length, keys().length]).toEqual([2, 0]);
  server.onRequest(() => undefined);
  expect(await resumeFal({ ...tuning, ignoreBackoff: true })).toMatchObject([{ success: true }]);
  expect([files(), keys().length, fal.submissions().length]).toEqual([[], 2, 1]);
});

it('nothing is bought while the store cannot be used', async () => {
  const { server, generate, posts } = await storedProject();
  server.onRequest(() => ({ kind: 'refuse', status: 404, code: 'NoSuchBucket' }));
  expect(await generate()).toMatchObject({ success: false, code: 'config' });
  expect(posts()).toBe(0);
});

it('films that went with their project are fetched again while their links live, and never bought again', async () => {
  const { keys, generate, fal, clock } = await storedProject();
  await generate();
  const before = keys();
  const later = new FakeClock(clock.now());
  await deleteProject('default', { clock: later });
  later.advance(DAY_MS);
  await saveAllToDisk('other', {}, { clock: later });
  expect(keys()).toEqual([]);
  expect(await generate()).toMatchObject({ success: true, items: [{ localState: 'here' }, { localState: 'here' }] });
  expect([keys(), fal.submissions().length]).toEqual([before, 1]);
});
