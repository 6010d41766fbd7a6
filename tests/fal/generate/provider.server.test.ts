import { expect, it } from 'vitest';
import { generateWithFal } from '#lib/fal/index.ts';
import type { JobProgress } from '#lib/jobs/progress.ts';
import { falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

it('tells the place in the queue, the log of the model, and the download', async () => {
  const { fal, tuning } = await falProject();
  await fetch(`${fal.queueBaseUrl}/${MODEL}`, {
    ...{ method: 'POST', headers: { authorization: 'Key k', 'content-type': 'application/json' } },
    body: '{}',
  });
  const seen: JobProgress[] = [];
  await generateWithFal(MODEL, INPUT, { ...tuning, onProgress: (progress) => void seen.push(progress) });
  expect(seen).toContainEqual(expect.objectContaining({ stage: 'queued', queuePosition: 1 }));
  expect(seen).toContainEqual(expect.objectContaining({ stage: 'generating', message: 'Step 2 of 3' }));
  expect(seen.at(-1)).toMatchObject({ stage: 'ready' });
});

it('asks for the life of the media, and where it lies', async () => {
  const { fal, tuning, records, clock } = await falProject();
  const submittedMs = clock.now();
  await generateWithFal(MODEL, INPUT, { ...tuning, mediaLifetimeSeconds: 3600 });
  const [request] = fal.falRequests();
  expect((request?.expiresAtMs ?? 0) - (request?.endsAtMs ?? 0)).toBe(3_600_000);
  expect(Date.parse(records()[0]?.expiresAt ?? '') - submittedMs).toBe(3_600_000);
  await generateWithFal(MODEL, INPUT, { ...tuning, mediaLifetimeSeconds: null, projectId: 'kept' });
  expect(fal.falRequests()[1]?.expiresAtMs).toBeUndefined();
});

it('takes no other address than its own with the key', async () => {
  const { fal, tuning } = await falProject();
  fal.script({ fault: 'foreign-urls' });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
});
