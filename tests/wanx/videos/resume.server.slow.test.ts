import { describe, expect, it, vi } from 'vitest';
import { MOST_RETRIES } from '#lib/jobs/run/retry.ts';
import {
  cancelVideo,
  type DeadlineWarning,
  generateAndStoreVideo,
  getVideoMetadata,
  resumeVideos,
  setVideoMetadata,
} from '#lib/wanx/index.ts';
import { videoEngine } from '#lib/wanx/run/engine.server.ts';
import { videoStore } from '#lib/wanx/video-metadata.ts';
import { AGE_OF_SAIL, HARBOUR, STEAM, wanProject } from '../../fixtures/records/wan-project.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

const HOUR_MS = 3_600_000;

/** A project in virtual time, with one task under way. */
async function underWay(taskDurationMs = 60_000) {
  const clock = new VirtualClock();
  const project = await wanProject({ clock, taskDurationMs });
  const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock, timeoutMs: 10 });
  const taskId = result.success ? '' : (result.taskId ?? '');
  const record = () => getVideoMetadata('harbour', 'sail');
  return { ...project, clock, taskId, record };
}

describe('resumeVideos', () => {
  it('finishes what is under way, and has nothing to do after', async () => {
    const { clock, accepted, taskId } = await underWay();
    const seen: string[] = [];
    const onProgress = (spotId: string, eraId: string, { stage }: { stage: string }) =>
      seen.push(`${spotId}/${eraId} ${stage}`);
    expect(await resumeVideos({ clock, onProgress })).toMatchObject([{ success: true, metadata: { taskId } }]);
    expect(seen).toContain('harbour/sail ready');
    expect(await resumeVideos({ clock })).toEqual([]);
    expect(accepted()).toBe(1);
  });

  it.each([
    ['a length that the table no longer has', { model: 'wan2.2-i2v-flash', durationSeconds: 8 }],
    ['a model that has gone', { model: 'a model of old' }],
    ['a shape of nobody', { ratio: '7:5' }],
  ])('finishes what was ordered with %s', async (_what, change) => {
    const { clock, record } = await underWay();
    const { intent } = record() ?? {};
    if (!intent) throw new Error('There is no task under way.');
    const request = { ...JSON.parse(JSON.stringify(intent.request)), ...change };
    await setVideoMetadata({ spotId: 'harbour', eraId: 'sail', model: request.model, intent: { ...intent, request } });
    expect(await resumeVideos({ clock })).toMatchObject([{ success: true }]);
  });

  it('needs no key and sends nothing when there is nothing to do', async () => {
    const { sandbox } = await wanProject();
    expect(await resumeVideos({ apiKey: '' })).toEqual([]);
    expect(sandbox.requests()).toEqual([]);
  });

  it('takes only those that were asked for', async () => {
    const { clock } = await underWay();
    await generateAndStoreVideo(HARBOUR, STEAM, { clock, timeoutMs: 10 });
    const only = ({ eraId }: { eraId: string }) => eraId === 'steam';
    expect(await resumeVideos({ clock, only })).toMatchObject([{ success: true, metadata: { eraId: 'steam' } }]);
  });

  it('goes on with the same part file after the link has died', async () => {
    const { sandbox, clock, taskId } = await underWay();
    sandbox.script({ fault: 'cut', atByte: 20_000 });
    sandbox.script({ fault: 'expired-link' });
    expect(await resumeVideos({ clock })).toMatchObject([{ success: true, metadata: { taskId } }]);
    const downloads = sandbox.requests().filter(({ path }) => path.endsWith('.mp4'));
    expect(downloads.map(({ status, range }) => [status, range])).toEqual([
      [200, undefined],
      [403, 'bytes=20000-'],
      [206, 'bytes=20000-'],
    ]);
  });

  it('marks a task that the provider no longer knows after its day, with its receipt, and leaves it at that', async () => {
    const { sandbox, clock, taskId, record } = await underWay();
    sandbox.script({ fault: 'task-unknown', match: { taskId } });
    expect(await resumeVideos({ clock })).toMatchObject([{ success: false, code: 'expired', taskId }]);
    // A wrong key or another region would look the same.
    expect(record()).toMatchObject({ errorCode: 'expired', retries: { nextAt: expect.any(String) } });
    await clock.advance(24 * HOUR_MS);
    expect(await resumeVideos({ clock })).toMatchObject([{ success: false, code: 'expired', taskId }]);
    expect(record()).toMatchObject({
      status: 'failed',
      errorCode: 'expired',
      receipt: { taskId, estimate: { usd: 0.5 }, charged: { usd: null } },
    });
    const asked = sandbox.requests().length;
    expect(await resumeVideos({ clock, ignoreBackoff: true })).toEqual([]);
    expect(sandbox.requests()).toHaveLength(asked);
  });

  it('waits for the back-off, but not for a person who asks', async () => {
    const { sandbox, clock, record } = await underWay();
    sandbox.script({ fault: 'refuse-401', on: 'query' });
    expect(await resumeVideos({ clock })).toMatchObject([{ success: false, code: 'auth' }]);
    expect(record()).toMatchObject({ status: 'failed', errorCode: 'auth', retries: { count: 1 } });
    expect(await resumeVideos({ clock })).toEqual([]);
    expect(await resumeVideos({ clock, ignoreBackoff: true })).toMatchObject([{ success: true }]);
  });

  it('takes a failed one up by itself once its back-off is over', async () => {
    const { sandbox, clock } = await underWay();
    sandbox.script({ fault: 'refuse-401', on: 'query' });
    await resumeVideos({ clock });
    await clock.advance(HOUR_MS);
    expect(await resumeVideos({ clock })).toMatchObject([{ success: true }]);
  });

  it('goes on for as long as the link lives, however often it has failed', async () => {
    const { sandbox, clock, accepted, record } = await underWay();
    sandbox.script({ fault: 'refuse-401', on: 'query', times: 30 });
    for (let tries = 1; tries <= 30; tries += 1) {
      expect(await resumeVideos({ clock })).toMatchObject([{ success: false, code: 'auth' }]);
      expect(record()?.retries?.count).toBe(tries);
      await clock.advance(HOUR_MS / 2);
    }
    expect(await resumeVideos({ clock })).toMatchObject([{ success: true }]);
    expect(accepted()).toBe(1);
  });

  it('goes on with the right settings, however often it failed with wrong ones', async () => {
    const { clock, record, sandbox } = await underWay();
    vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', 'https://another-provider.test');
    for (let tries = 1; tries <= MOST_RETRIES + 1; tries += 1) {
      expect(await resumeVideos({ clock })).toMatchObject([{ success: false, code: 'config' }]);
      await clock.advance(HOUR_MS / 2);
    }
    expect(record()).toMatchObject({ status: 'failed', errorCode: 'config' });
    vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', sandbox.baseUrl);
    expect(await resumeVideos({ clock })).toMatchObject([{ success: true }]);
  });

  it('leaves one to a person whose tries are used up and whose link is dead', async () => {
    const { clock } = await underWay();
    const used = { spotId: 'harbour', eraId: 'sail', retries: { count: MOST_RETRIES } };
    await setVideoMetadata({ ...used, expiresAt: new Date(clock.now()).toISOString() });
    expect(await resumeVideos({ clock })).toEqual([]);
    expect(await resumeVideos({ clock, ignoreBackoff: true })).toMatchObject([{ success: true }]);
  });

  it('begins with the earliest deadlines, however many there are', async () => {
    const { clock, accepted } = await underWay();
    const ids = Array.from({ length: 12 }, (_, index) => `s${index}`);
    for (const [index, id] of ids.entries()) {
      await generateAndStoreVideo({ id, name: id }, STEAM, { clock, timeoutMs: 10 });
      // The last to be stored is the first to die.
      const expiresAt = new Date(clock.now() + (20 - index) * HOUR_MS).toISOString();
      await setVideoMetadata({ spotId: id, eraId: 'steam', expiresAt });
    }
    const begun = new Set<string>();
    const results = await resumeVideos({
      clock,
      only: ({ eraId }) => eraId === 'steam',
      onProgress: (id) => begun.add(id),
    });
    expect([...begun].slice(0, 6).sort()).toEqual(ids.slice(6).sort());
    expect(results.map((result) => result.success && result.metadata.spotId)).toEqual(ids);
    expect(accepted()).toBe(ids.length + 1);
  });

  it('fetches a finished one whatever else goes on for ever', async () => {
    const clock = new VirtualClock({ nowMs: Date.now() });
    const { sandbox } = await wanProject({ clock, taskDurationMs: HOUR_MS });
    const ids = Array.from({ length: 10 }, (_, index) => `s${index}`);
    await generateAndStoreVideo(HARBOUR, STEAM, { clock, timeoutMs: 1 });
    sandbox.script({ fault: 'never-finishes', times: ids.length });
    for (const id of ids) await generateAndStoreVideo({ id, name: id }, STEAM, { clock, timeoutMs: 1 });
    // The last one by its deadline.
    const expiresAt = new Date(clock.now() + 30 * HOUR_MS).toISOString();
    await setVideoMetadata({ spotId: 'harbour', eraId: 'steam', expiresAt });
    await clock.advance(HOUR_MS);
    const stop = new AbortController();
    const onProgress = (spotId: string, _eraId: string, { stage }: { stage: string }) => {
      if (spotId === 'harbour' && stage === 'ready') stop.abort();
    };
    // In real time, of which the tasks that go on have no end.
    const results = await resumeVideos({ signal: stop.signal, onProgress });
    expect(results.map(({ success }) => success)).toEqual([true, ...ids.map(() => false)]);
  });

  it('passes on the warnings about a link that is about to die', async () => {
    const { clock, taskId } = await underWay();
    await clock.advance(22 * HOUR_MS);
    const warnings: DeadlineWarning[] = [];
    await resumeVideos({ clock, onDeadline: (warning) => warnings.push(warning) });
    expect(warnings).toMatchObject([{ key: 'harbour/sail', taskId, fractionLeft: 0.1 }]);
  });
});

describe('a video that is cancelled around its submission', () => {
  it('while that waits out a 429 is not bought', async () => {
    const { sandbox, accepted, stored } = await wanProject();
    sandbox.script({ fault: 'refuse-429', on: 'submit', retryAfterSeconds: 1 });
    const working = generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    await expect.poll(() => sandbox.submissions().length).toBe(1);
    expect(await cancelVideo('harbour', 'sail')).toMatchObject({ stoppedAtProvider: true, mayBeBilled: false });
    expect(await working).toMatchObject({ success: false, code: 'aborted' });
    expect(stored()[0]).toMatchObject({ cancelConfirmed: true, canceledAt: expect.any(String) });
    expect(accepted()).toBe(0);
  });

  it('while the answer is on its way has its task stopped, and on record', async () => {
    const { sandbox, accepted, stored } = await wanProject({ taskDurationMs: HOUR_MS });
    sandbox.script({ fault: 'slow-answer', on: 'submit', delayMs: 300 });
    const working = generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    await expect.poll(() => accepted()).toBe(1);
    const { metadata, stoppedAtProvider } = await cancelVideo('harbour', 'sail');
    const [task] = sandbox.tasks();
    expect({ stoppedAtProvider, taskId: metadata.taskId }).toEqual({ stoppedAtProvider: true, taskId: task?.taskId });
    expect(task?.status).toBe('CANCELED');
    expect(await working).toMatchObject({ success: false, code: 'aborted', taskId: task?.taskId });
    expect(stored()[0]).toMatchObject({ taskId: task?.taskId, cancelConfirmed: true });
  });

  it('whose outcome is unknown may be billed, and is settled first when it is asked for again', async () => {
    const clock = new VirtualClock();
    const { sandbox, accepted } = await wanProject({ clock });
    sandbox.script({ fault: 'lost-submit-answer' });
    // Two looks of four attempts each.
    sandbox.script({ fault: 'refuse-500', on: 'list', times: 8 });
    const options = { clock, settleWindowMs: 10 };
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, options)).toMatchObject({ code: 'unknown-outcome' });
    expect(await cancelVideo('harbour', 'sail', { clock })).toMatchObject({
      stoppedAtProvider: false,
      mayBeBilled: true,
    });
    expect(await resumeVideos({ clock, ignoreBackoff: true })).toEqual([]);
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, options)).toMatchObject({ success: true });
    expect(accepted()).toBe(1);
  });
});

describe('a cancelled video', () => {
  it('that still waited is stopped at the provider, stays cancelled, and is bought anew when asked for', async () => {
    const { clock, record, accepted, taskId } = await underWay();
    expect(await cancelVideo('harbour', 'sail', { clock })).toMatchObject({ stoppedAtProvider: true });
    expect(await resumeVideos({ clock, ignoreBackoff: true })).toEqual([]);
    expect(record()).toMatchObject({ status: 'failed', errorCode: 'aborted', cancelConfirmed: true });
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock })).toMatchObject({ success: true });
    expect(record()?.history).toMatchObject([{ outcome: 'canceled', taskId }]);
    expect(accepted()).toBe(2);
  });

  it('that already ran stays cancelled, and is taken up again without paying when asked for', async () => {
    const { clock, record, accepted, taskId } = await underWay();
    await clock.advance(30_000);
    expect(await cancelVideo('harbour', 'sail', { clock })).toMatchObject({ stoppedAtProvider: false });
    expect(await resumeVideos({ clock, ignoreBackoff: true })).toEqual([]);
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock })).toMatchObject({ success: true });
    expect(record()).toMatchObject({ taskId });
    expect(record()?.canceledAt).toBeUndefined();
    expect(accepted()).toBe(1);
  });

  it('ends the work of whoever is on it, with the task’s id', async () => {
    const { taskId } = await underWay(HOUR_MS);
    const working = generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    await expect.poll(() => getVideoMetadata('harbour', 'sail')?.lease).toBeDefined();
    await cancelVideo('harbour', 'sail');
    expect(await working).toMatchObject({ success: false, code: 'aborted', taskId });
    expect(getVideoMetadata('harbour', 'sail')?.lease).toBeUndefined();
  });

  it('ends the work of this process at once, although its task cannot be stopped any more', async () => {
    const { clock, taskId } = await underWay(HOUR_MS);
    await clock.advance(HOUR_MS / 2);
    const working = generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    await expect.poll(() => getVideoMetadata('harbour', 'sail')?.lease).toBeDefined();
    expect(await cancelVideo('harbour', 'sail')).toMatchObject({ stoppedAtProvider: false });
    expect(videoEngine(videoStore()).isRunning('harbour/sail')).toBe(false);
    expect(await working).toMatchObject({ success: false, code: 'aborted', taskId });
  });

  it('cannot be one that is finished or was never begun', async () => {
    const { clock } = await underWay();
    await resumeVideos({ clock });
    await expect(cancelVideo('harbour', 'sail')).rejects.toMatchObject({ code: 'not-found' });
    await expect(cancelVideo('harbour', 'steam')).rejects.toMatchObject({ code: 'not-found' });
  });
});
