import { expect, it } from 'vitest';
import { generateWithFal, resumeFal } from '#lib/fal/index.ts';
import { falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

it('buys one film once, and saves it in its project', async () => {
  const { fal, tuning, files, bytes, records } = await falProject();
  const result = await generateWithFal(MODEL, INPUT, tuning);
  const [file = ''] = files();
  expect(file).toMatch(/^AI-Video-fal-ai-ltx-fast-\d{13}\.mp4$/);
  const [{ requestId = '' } = {}] = fal.falRequests();
  expect(result).toEqual({
    success: true,
    items: [
      expect.objectContaining({
        ...{ id: `fal-${requestId}`, name: file, type: 'video', isLocalFile: true, width: 832, height: 480 },
        ...{ localPath: `projects/default/videos/${file}`, originalUrl: expect.stringMatching(/output\.mp4$/) },
        ...{ modelId: MODEL, requestId, expiresAt: records()[0]?.expiresAt },
      }),
    ],
  });
  expect(bytes(file)).toEqual(Buffer.from(await fal.filmOf(requestId)));
  // The same input in another order.
  const { prompt, ...rest } = INPUT;
  expect(await generateWithFal(MODEL, { ...rest, prompt }, tuning)).toEqual(result);
  expect(fal.submissions()).toHaveLength(1);
  expect(records()).toMatchObject([
    {
      ...{ status: 'ready', modelId: MODEL, projectId: 'default', shelved: requestId, taskId: requestId },
      handle: { statusUrl: expect.stringMatching(/fal-ai\/ltx\/requests\/[^/]+\/status$/) },
      receipt: { charged: { units: 1, usd: 0.05, billedUnit: 'second' }, estimate: { usd: 0.05 }, differences: [] },
    },
  ]);
});

it('saves every film of a request', async () => {
  const { tuning, files, fal } = await falProject();
  const result = await generateWithFal('studio/films', { ...INPUT, num_videos: 2 }, tuning);
  expect(result).toMatchObject({ success: true, items: [{ type: 'video' }, { type: 'video' }] });
  expect(files()).toEqual([expect.stringMatching(/\d-2\.mp4$/), expect.stringMatching(/\d{13}\.mp4$/)]);
  expect(await generateWithFal('studio/films', { ...INPUT, num_videos: 2 }, tuning)).toEqual(result);
  expect(fal.submissions()).toHaveLength(1);
});

it.each([
  ['a model that is none', 'veo', INPUT, {}, 'invalid-input', /modelId/],
  ['a path for a model', 'fal-ai/../x', INPUT, {}, 'invalid-input', /modelId/],
  ['a file, which no record keeps', MODEL, { ...INPUT, image: new Blob(['x']) }, {}, 'invalid-input', /input\.image/],
  ['a film inside the answer', MODEL, { ...INPUT, sync_mode: true }, {}, 'invalid-input', /sync_mode/],
  ['a project that is no folder', MODEL, INPUT, { projectId: '../x' }, 'invalid-input', /project/],
  ['an exhausted budget', MODEL, INPUT, { budgetUsd: 0.01 }, 'budget', /budgetUsd/],
  ['a budget that cannot be kept', MODEL, { prompt: 'x' }, { budgetUsd: 5 }, 'budget', /price/],
  ['a plain address with a key', MODEL, INPUT, { queueBaseUrl: 'http://queue.fal.run' }, 'config', /https/],
])('refuses %s before anything is sent', async (_name, model, input, options, code, message) => {
  const { tuning, posts } = await falProject();
  if (code === 'config') process.env.WANX_ALLOW_PRIVATE_NETWORK = '0';
  const result = await generateWithFal(model, input, { ...tuning, ...options });
  expect(result).toMatchObject({ success: false, code, error: expect.stringMatching(message) });
  expect(posts()).toBe(0);
});

it('goes on capturing what is under way when the account is locked', async () => {
  const { fal, tuning } = await falProject();
  const first = generateWithFal(MODEL, INPUT, tuning);
  while (fal.falRequests().length === 0) await new Promise(setImmediate);
  fal.script({ fault: 'user-locked', on: 'submit' });
  const locked = await generateWithFal(MODEL, { ...INPUT, seed: 2 }, tuning);
  expect(locked).toMatchObject({ code: 'quota', error: expect.stringMatching(/locked/) });
  expect(await first).toMatchObject({ success: true });
});

it('leaves a request that outlasts its caller to the next one', async () => {
  const { fal, tuning, posts } = await falProject();
  fal.script({ fault: 'never-finishes' });
  const timed = await generateWithFal(MODEL, INPUT, { ...tuning, timeoutMs: 10_000 });
  expect(timed).toMatchObject({ success: false, code: 'timeout', requestId: fal.falRequests()[0]?.requestId });
  fal.letFinish('harbour');
  expect(await resumeFal({ ...tuning })).toMatchObject([{ success: true }]);
  expect(posts()).toBe(1);
});
