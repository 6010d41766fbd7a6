import { expect, it } from 'vitest';
import { generateWithFal, resumeFal } from '#lib/fal/index.ts';
import type { JobProgress } from '#lib/jobs/progress.ts';
import { falProject } from '../../fixtures/fal/fal-project.ts';

const MODEL = 'fal-ai/ltx/fast';
const INPUT = { prompt: 'A harbour at dawn.', duration: 1, resolution: '480p' };

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

it('saves every film of a request', async () => {
  const { tuning, files, fal } = await falProject();
  const result = await generateWithFal('studio/films', { ...INPUT, num_videos: 2 }, tuning);
  expect(result).toMatchObject({ success: true, items: [{ type: 'video' }, { type: 'video' }] });
  expect(files()).toEqual([expect.stringMatching(/\d-2\.mp4$/), expect.stringMatching(/\d{13}\.mp4$/)]);
  expect(await generateWithFal('studio/films', { ...INPUT, num_videos: 2 }, tuning)).toEqual(result);
  expect(fal.submissions()).toHaveLength(1);
});

it('buys for each project, and by force once more, under another name', async () => {
  const { tuning, files, posts } = await falProject();
  await generateWithFal(MODEL, INPUT, { ...tuning, projectId: 'a' });
  await generateWithFal(MODEL, INPUT, { ...tuning, projectId: 'b' });
  const forced = await generateWithFal(MODEL, INPUT, { ...tuning, projectId: 'b', force: true });
  expect(await generateWithFal(MODEL, INPUT, { ...tuning, projectId: 'b' })).toEqual(forced);
  expect([files('a').length, files('b').length, posts()]).toEqual([1, 2, 3]);
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

it('waits through every passing fault of the result, and pays once', async () => {
  const { fal, tuning, posts } = await falProject();
  fal.script({ fault: 'gateway-504', on: 'result', times: 2 });
  fal.script({ fault: 'refuse-429', on: 'result' });
  fal.script({ fault: 'html-with-200', on: 'result' });
  fal.script({ fault: 'drop-answer', on: 'result' });
  fal.script({ fault: 'gateway-502', on: 'status' });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(1);
  expect(fal.requests().filter(({ path, method }) => method === 'GET' && /requests\/[^/]+$/.test(path))).toHaveLength(
    6,
  );
});

it.each([
  ['moderation', undefined, 'rejected', null],
  ['wrong-input', undefined, 'invalid-input', null],
  ['job-failed', 'bad_request', 'invalid-input', null],
  ['job-failed', 'runner_disconnected', 'provider-failed', 0],
  ['silent-failure', 'runner_disconnected', 'provider-failed', 0],
] as const)('ends %s (%s) as %s, and buys it again only where it was free', async (fault, code, ended, usd) => {
  const { fal, tuning, posts, records } = await falProject();
  fal.script({ fault, ...(code && { code }) });
  const [{ requestId = '' } = {}] = [await generateWithFal(MODEL, INPUT, tuning)].flatMap((result) =>
    result.success ? [] : result,
  );
  expect(requestId).not.toBe('');
  expect(records()).toMatchObject([{ status: 'failed', errorCode: ended, receipt: { charged: { usd } } }]);
  const again = await generateWithFal(MODEL, INPUT, tuning);
  expect(again.success).toBe(usd === 0);
  expect(posts()).toBe(usd === 0 ? 2 : 1);
  expect(await generateWithFal(MODEL, INPUT, { ...tuning, force: true })).toMatchObject({ success: true });
});

it.each([
  ['refuse-401', 'auth'],
  ['refuse-422', 'invalid-input'],
  ['refuse-429', 'rate-limited'],
  ['user-locked', 'quota'],
  ['redirect', 'config'],
] as const)('%s of the purchase is %s, and free', async (fault, code) => {
  const { fal, tuning, posts, records } = await falProject();
  fal.script({ fault });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: false, code });
  expect(records()).toMatchObject([{ history: [{ outcome: 'refused' }] }]);
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(2);
});

it('keeps a result without a video whole, and reads it again without buying', async () => {
  const { fal, tuning, posts, records } = await falProject();
  fal.script({ fault: 'no-video' });
  const first = await generateWithFal(MODEL, INPUT, tuning);
  expect(first).toMatchObject({ success: false, code: 'not-found', error: expect.stringMatching(/paid for/) });
  expect(records()).toMatchObject([{ result: { output: { seed: expect.any(Number) } } }]);
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(1);
});

it('buys another one by force where the first has no video', async () => {
  const { fal, tuning, posts } = await falProject();
  fal.script({ fault: 'no-video' });
  await generateWithFal(MODEL, INPUT, tuning);
  expect(await generateWithFal(MODEL, INPUT, { ...tuning, force: true })).toMatchObject({ success: true });
  expect(posts()).toBe(2);
});

it('finds the film of a result that fal has forgotten in the history', async () => {
  const { fal, tuning, posts } = await falProject();
  fal.script({ fault: 'refuse-404', on: 'result', times: 'always' });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(1);
});

it.each([
  [undefined, undefined, null],
  ['2.5', 2.5, 0.125],
  ['0', 0, 0],
  ['abc', undefined, null],
])('takes the billed units as the header says: %s', async (message, units, usd) => {
  const { fal, tuning, records } = await falProject();
  fal.script({ fault: 'billable-units', ...(message !== undefined && { message }) });
  await generateWithFal(MODEL, INPUT, tuning);
  expect(records()[0]?.receipt?.charged.units).toBe(units);
  expect(records()[0]?.receipt?.charged.usd).toBe(usd);
});

it('shows no money for units of which nobody says how many', async () => {
  const { fal, tuning, records } = await falProject();
  fal.script({ fault: 'price', code: 'credits', message: '2' });
  await generateWithFal(MODEL, INPUT, tuning);
  expect(records()[0]?.receipt).toMatchObject({ estimate: { usd: null }, charged: { units: 1, usd: null } });
});

it('warns of a charge far above the estimate', async () => {
  const { fal, tuning, records } = await falProject();
  fal.script({ fault: 'billable-units', message: '10272' });
  await generateWithFal(MODEL, INPUT, tuning);
  expect(records()[0]?.receipt?.differences).toContain('charged $513.60, the estimate was $0.05');
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
