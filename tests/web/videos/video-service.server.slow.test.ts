import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { findEra, findSpot } from '#lib/data/spots.ts';
import { type Era, type Spot, setVideoMetadata, type VideoMetadata } from '#lib/wanx/index.ts';
import type { FeedEvent } from '#lib/web/events/feed.ts';
import { createLog } from '#lib/web/http/log.server.ts';
import { snapshotSchema, videoViewSchema } from '#lib/web/server/api-schema.ts';
import type { OrderBody } from '#lib/web/videos/order-schema.ts';
import { deleteFilm } from '#lib/web/videos/versions.server.ts';
import type { VideoState } from '#lib/web/videos/view.ts';
import { ownVideoService } from '../../fixtures/records/own-video-service.ts';
import { type WanProject, wanProject } from '../../fixtures/records/wan-project.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const [SPOT, ERA] = ['eiffel-tower', '1900'];
/** Of a task that is under way however slow the machine is. */
const TEN_HOURS_MS = 36_000_000;

function place(): { spot: Spot; era: Era } {
  const spot = findSpot(SPOT);
  const era = spot && findEra(spot, ERA);
  if (!spot || !era) throw new Error('the data has changed');
  return { spot, era };
}

/** A service that is stopped when the test ends, and all that it tells. */
function openService() {
  const lines: string[] = [];
  const log = createLog('debug', () => [], { write: (line) => void lines.push(line) });
  const videos = ownVideoService(log);
  const events: FeedEvent[] = [];
  videos.feed.attach({ send: (event) => void events.push(event), close: () => {} }, null);
  const order = (options: OrderBody = {}) => videos.order(place().spot, place().era, options);
  const reached = async (state: VideoState) => {
    await expect.poll(async () => (await videos.view(SPOT, ERA)).state).toBe(state);
    // The view reads the record; sums and lists follow at the next look at the store.
    videos.library.refresh();
  };
  return { videos, events, lines, order, reached };
}

/** A finished film, and a new one that was ordered and cancelled too late: its task runs on. */
async function filmBesideACancelledOrder(
  project: WanProject,
  fault: 'never-finishes' | 'moderation' = 'never-finishes',
) {
  const { videos, order, reached } = openService();
  await order();
  await reached('ready');
  project.sandbox.script({ fault });
  await order({ force: true });
  await expect.poll(() => project.sandbox.tasks().at(-1)?.status).toBe('RUNNING');
  await expect.poll(() => project.stored()[0]?.taskId).toBe(project.sandbox.tasks().at(-1)?.taskId);
  expect(await videos.cancel(SPOT, ERA)).toMatchObject({ state: 'canceled', src: expect.any(String) });
  expect(project.stored()[0]?.previous).toBeDefined();
  return { videos, order, reached, film: project.videoPath(SPOT, ERA), spend: videos.library.spend };
}

const ids = () => ({ key: `${SPOT}/${ERA}`, spotId: SPOT, eraId: ERA });

const slow = (project: WanProject) =>
  project.sandbox.script({ fault: 'slow', bytesPerSecond: 150_000, times: 'always' });

describe('an order', () => {
  it('is answered at once and ends in a finished video', async () => {
    const project = await wanProject();
    const { order, reached, videos } = openService();
    expect(await order()).toMatchObject({ started: true, view: { state: 'generating', live: { stage: 'prompt' } } });
    expect(project.accepted()).toBe(0);
    await reached('ready');
    expect(existsSync(project.videoPath(SPOT, ERA))).toBe(true);
    expect(await videos.view(SPOT, ERA)).toMatchObject({ sandbox: true, src: expect.stringContaining('?v=') });
    expect((await videos.view(SPOT, ERA)).live).toBeUndefined();
  });

  it('is told step by step, in views that the API promises', async () => {
    const project = await wanProject();
    slow(project);
    project.sandbox.script({ fault: 'never-finishes' });
    const { order, reached, events, videos } = openService();
    const told = () => events.flatMap((one) => (one.event === 'video' ? [one.data] : []));
    await order();
    // On a busy machine a short task is over before its stage is told.
    await expect.poll(() => told().at(-1)?.live).toMatchObject({ stage: 'generating' });
    project.sandbox.letFinish('');
    await reached('ready');
    await expect.poll(() => told().at(-1)).toMatchObject({ state: 'ready' });
    const views = told().map((one) => videoViewSchema.parse(one));
    const seen = (list: unknown[]) => [...new Set(list.filter((one) => one !== undefined))];
    expect(seen(views.map((one) => one.state))).toEqual(['generating', 'uncaptured', 'ready']);
    expect(seen(views.map((one) => one.live?.stage))).toEqual(expect.arrayContaining(['generating', 'downloading']));
    expect(events.some((one) => one.event === 'spend' && one.data.inFlightUsd === 0.5)).toBe(true);
    expect(snapshotSchema.shape.videos.parse(videos.library.all())).toHaveLength(videos.library.all().length);
  });

  it('given twice is bought once', async () => {
    const project = await wanProject();
    const { order, reached, lines } = openService();
    await Promise.all([order(), order()]);
    await reached('ready');
    expect(await order()).toMatchObject({ started: false, view: { state: 'ready' } });
    expect(project.accepted()).toBe(1);
    expect(lines.filter((line) => line.includes('video ordered'))).toHaveLength(1);
  });

  it('with force buys anew, and the old file plays on meanwhile', async () => {
    const project = await wanProject();
    const { order, reached } = openService();
    await order();
    await reached('ready');
    const again = await order({ force: true, durationSeconds: 8 });
    expect(again).toMatchObject({ started: true, view: { state: 'generating', src: expect.any(String) } });
    await reached('ready');
    expect(project.accepted()).toBe(2);
  });

  it.each<[string, OrderBody, Record<string, string>, string]>([
    ['a model that there is not', { model: 'wan9' }, {}, 'invalid-input'],
    ['seconds that the model does not take', { durationSeconds: 600 }, {}, 'invalid-input'],
    [
      'an unknown price beside a budget',
      { model: 'wan9', allowUnknownModel: true },
      { WANX_BUDGET_USD: '100' },
      'budget',
    ],
    ['a missing key', {}, { DASHSCOPE_API_KEY: '' }, 'config'],
    ['an exhausted budget', {}, { WANX_BUDGET_USD: '0' }, 'budget'],
  ])('is refused at once for %s', async (_name, options, environment, code) => {
    const project = await wanProject();
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const { order, videos } = openService();
    await expect(async () => order(options)).rejects.toMatchObject({ code });
    expect([(await videos.view(SPOT, ERA)).state, project.stored()]).toEqual(['none', []]);
  });

  it.each<[string, OrderBody]>([
    ['a model that there is not', { model: 'wan9' }],
    ['seconds that the model does not take', { durationSeconds: 600 }],
    ['a resolution that the model does not have', { model: 'wan2.7-t2v', resolution: '480P' }],
    ['a ratio that the model does not have', { ratio: '21:9' }],
  ])('is refused for %s also where the video is finished', async (_name, options) => {
    await wanProject();
    const { order, reached } = openService();
    await order();
    await reached('ready');
    await expect(async () => order(options)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await order({ durationSeconds: 8 })).toMatchObject({ started: false });
    // What is there needs neither a key nor a model.
    for (const name of ['DASHSCOPE_API_KEY', 'WANX_BUDGET_USD']) vi.stubEnv(name, '');
    vi.stubEnv('WANX_MODEL', 'wan9');
    expect(await order()).toMatchObject({ started: false, view: { state: 'ready' } });
    await expect(async () => order({ durationSeconds: 8 })).rejects.toMatchObject({ code: 'config' });
  });

  it('without a model is no fault of the visitor while the settings name none that there is', async () => {
    await wanProject();
    vi.stubEnv('WANX_MODEL', 'wan9');
    const { order } = openService();
    const error = { code: 'config', message: expect.stringMatching(/WANX_MODEL.*"wan9"/) };
    await expect(async () => order()).rejects.toMatchObject(error);
    await expect(async () => order({ model: 'wan8' })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('is checked also while the video is under way', async () => {
    await wanProject();
    const { order, reached } = openService();
    await order();
    await expect(async () => order({ model: 'wan9' })).rejects.toMatchObject({ code: 'invalid-input' });
    await reached('ready');
  });

  it('whose work ends without a word is not shown as running for ever', async () => {
    const project = await wanProject();
    const { order, lines, videos } = openService();
    await order();
    const store = join(project.root, 'src/lib/data/generated-videos.json');
    mkdirSync(dirname(store), { recursive: true });
    writeFileSync(store, '{');
    await expect.poll(() => lines.join('')).toContain('store-corrupt');
    writeFileSync(store, '[]');
    expect(await videos.view(SPOT, ERA)).toMatchObject({ state: 'none' });
  });

  it('is refused while the server stops', async () => {
    await wanProject();
    const { videos, order } = openService();
    await videos.stop();
    await expect(async () => order()).rejects.toMatchObject({ problem: 'busy' });
  });

  it('that fails says so in the record and in the log', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'moderation', times: 'always' });
    const { order, reached, lines, videos } = openService();
    await order();
    await reached('failed');
    await expect.poll(() => lines.join('')).toContain('video not made');
    expect(await videos.view(SPOT, ERA)).toMatchObject({ problem: { code: 'rejected' } });
  });

  it('and is refused by moderation never told its prompt to anybody, nor keeps it for who comes back', async () => {
    const project = await wanProject({ taskDurationMs: 200 });
    project.sandbox.script({ fault: 'moderation', times: 'always' });
    const { order, reached, events, videos } = openService();
    await order();
    await reached('failed');
    const { prompt } = project.stored()[0] ?? {};
    expect(prompt).toBeTruthy();
    const replayed = videos.feed.attach(
      { send: () => {}, close: () => {} },
      videos.feed.lastId.replace(/\.\d+$/, '.0'),
    );
    expect(replayed.missed?.length).toBeGreaterThan(1);
    for (const told of [events, replayed.missed]) expect(JSON.stringify(told)).not.toContain(prompt);
  });
});

describe('cancelling', () => {
  it('ends the work, and resuming leaves it alone', async () => {
    const project = await wanProject({ taskDurationMs: TEN_HOURS_MS });
    const { order, videos } = openService();
    await order();
    await expect.poll(() => project.accepted()).toBe(1);
    await expect.poll(() => project.stored()[0]?.taskId).toBeDefined();
    expect(await videos.cancel(SPOT, ERA)).toMatchObject({ state: 'canceled' });
    videos.startResuming();
    await videos.stop();
    expect((await videos.view(SPOT, ERA)).state).toBe('canceled');
  });

  it.each([0, 1, 5, 10, 20, 40, 80])('%d ms after the order is told as no failure', async (delayMs) => {
    const project = await wanProject({ taskDurationMs: TEN_HOURS_MS });
    const { order, videos } = openService();
    await order();
    await new Promise((done) => setTimeout(done, delayMs));
    const view = await videos.cancel(SPOT, ERA);
    expect([view.state, view.problem]).toEqual([project.stored()[0]?.intent ? 'canceled' : 'none', undefined]);
    await videos.stop();
    expect(await videos.view(SPOT, ERA)).toEqual(view);
    expect(project.stored()[0]?.lease).toBeUndefined();
  });

  it('of an order that bought nothing leaves room for the next', async () => {
    const project = await wanProject();
    const { order, videos, reached } = openService();
    await order();
    await videos.cancel(SPOT, ERA);
    expect([project.accepted(), (await videos.view(SPOT, ERA)).state]).toEqual([0, 'none']);
    expect(await rejection(videos.cancel(SPOT, ERA))).toMatchObject({ problem: 'not-found' });
    await order();
    await reached('ready');
    expect(project.accepted()).toBe(1);
  });

  it('of a new film, before it was bought, leaves the old one', async () => {
    const project = await wanProject();
    const { order, videos, reached } = openService();
    await order();
    await reached('ready');
    await order({ force: true });
    expect(await videos.cancel(SPOT, ERA)).toMatchObject({ state: 'ready', src: expect.any(String) });
    expect(project.accepted()).toBe(1);
  });

  it('is refused where nothing is under way', async () => {
    await wanProject();
    expect(await rejection(openService().videos.cancel(SPOT, ERA))).toMatchObject({ problem: 'not-found' });
  });
});

describe('stopping and starting again', () => {
  it('finishes what another server began, without buying', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'never-finishes' });
    const first = openService();
    await first.order();
    await expect.poll(() => project.stored()[0]?.taskId).toBeDefined();
    await first.videos.stop();
    expect(project.stored()[0]).toMatchObject({ status: 'generating' });
    expect(project.stored()[0]?.lease).toBeUndefined();
    project.sandbox.letFinish('');
    const second = openService();
    second.videos.startResuming();
    await second.reached('ready');
    expect(project.accepted()).toBe(1);
  });

  it('says in the log, once, that the time for a paid video runs out', async () => {
    const project = await wanProject({ taskDurationMs: TEN_HOURS_MS });
    const first = openService();
    await first.order();
    await vi.waitFor(() => expect(project.stored()[0]?.taskId).toBeDefined());
    await first.videos.stop();
    const submittedAt = new Date(Date.now() - 23 * 3_600_000).toISOString();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await setVideoMetadata({ spotId: SPOT, eraId: ERA, submittedAt, expiresAt });
    const warnings = (lines: string[]) => lines.filter((line) => line.includes('about to expire'));
    const second = openService();
    second.videos.startResuming();
    await vi.waitFor(() => expect(warnings(second.lines)).toHaveLength(1));
    expect(JSON.parse(warnings(second.lines)[0] ?? '')).toMatchObject({ video: `${SPOT}/${ERA}`, fractionLeft: 0.1 });
    await vi.waitFor(() => expect(project.stored()[0]?.warned).toBeDefined());
    await second.videos.stop();
    const third = openService();
    third.videos.startResuming();
    await vi.waitFor(() => expect(project.stored()[0]?.lease).toBeDefined());
    await third.videos.stop();
    expect(warnings(third.lines)).toEqual([]);
  });

  it('tries at once again what failed before: somebody may have mended it', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'never-finishes' });
    const first = openService();
    await first.order();
    await expect.poll(() => project.stored()[0]?.taskId).toBeDefined();
    await first.videos.stop();
    project.sandbox.letFinish('');
    const [spotId, eraId] = [SPOT, ERA];
    const retries = { count: 40, nextAt: new Date(Date.now() + 1_800_000).toISOString() };
    await setVideoMetadata({ spotId, eraId, status: 'failed', error: 'x', errorCode: 'config', retries });
    const second = openService();
    second.videos.startResuming();
    await second.reached('ready');
  });
});

describe('deleting a file', () => {
  it('forgets the file and keeps what was spent', async () => {
    const project = await wanProject();
    const { order, reached, videos } = openService();
    await order();
    await reached('ready');
    const { totalUsd } = videos.library.spend;
    await deleteFilm(SPOT, ERA);
    expect(existsSync(project.videoPath(SPOT, ERA))).toBe(false);
    expect(await videos.view(SPOT, ERA)).toMatchObject({ state: 'none' });
    expect(videos.library.spend.totalUsd).toBe(totalUsd);
    expect(await rejection(deleteFilm(SPOT, ERA))).toMatchObject({ problem: 'not-found' });
  });

  it('waits until nothing is under way', async () => {
    const project = await wanProject();
    const { order, reached } = openService();
    await order();
    await reached('ready');
    await order({ force: true });
    await expect.poll(() => project.accepted()).toBe(2);
    expect(await rejection(deleteFilm(SPOT, ERA))).toMatchObject({ problem: 'busy' });
    await reached('ready');
  });

  it('keeps a cancelled order that may still deliver', async () => {
    const project = await wanProject();
    const { videos, film, spend } = await filmBesideACancelledOrder(project);
    const submission = ({ status, intent, taskId, canceledAt, model, history }: Partial<VideoMetadata> = {}) => ({
      status,
      intent,
      taskId,
      canceledAt,
      model,
      history,
    });
    const before = submission(project.stored()[0]);
    await deleteFilm(SPOT, ERA);
    expect(existsSync(film)).toBe(false);
    const [record] = project.stored();
    expect(submission(record)).toEqual(before);
    expect([record?.previous, record?.localPath, record?.sha256]).toEqual([undefined, undefined, undefined]);
    const view = await videos.view(SPOT, ERA);
    expect(view).toMatchObject({ state: 'canceled', problem: { code: 'aborted', isPaid: true } });
    for (const name of ['src', 'completedAt', 'prompt', 'costUsd', 'sha256']) expect(view).not.toHaveProperty(name);
    expect(videos.library.spend).toEqual(spend);
  });

  it('is no loss for that order, which costs nothing more', async () => {
    const project = await wanProject();
    const { film, order, reached } = await filmBesideACancelledOrder(project);
    await deleteFilm(SPOT, ERA);
    project.sandbox.letFinish('');
    await order();
    await reached('ready');
    expect([project.accepted(), existsSync(film)]).toEqual([2, true]);
  });

  it('is not taken back by that order, whatever comes of it', async () => {
    const project = await wanProject({ taskDurationMs: 1500 });
    const { videos, order, reached } = await filmBesideACancelledOrder(project, 'moderation');
    await deleteFilm(SPOT, ERA);
    await order();
    await reached('failed');
    await expect.poll(async () => (await videos.view(SPOT, ERA)).problem).toMatchObject({ code: 'rejected' });
    expect((await videos.view(SPOT, ERA)).problem?.isPaid).toBeUndefined();
    expect((await videos.view(SPOT, ERA)).completedAt).toBeUndefined();
  });

  it('is not taken back by the next order either', async () => {
    const project = await wanProject();
    const { videos, order, reached } = await filmBesideACancelledOrder(project);
    await setVideoMetadata({ spotId: SPOT, eraId: ERA, errorCode: 'expired' });
    const { totalUsd } = videos.library.spend;
    expect(totalUsd).toBe(1);
    await deleteFilm(SPOT, ERA);
    expect(project.stored()[0]?.previous).toBeUndefined();
    expect(await videos.view(SPOT, ERA)).toEqual({
      ...{ ...ids(), state: 'none', model: expect.any(String), estimateUsd: 0.5 },
      undoUntil: expect.any(String),
    });
    expect(videos.library.spend.totalUsd).toBe(totalUsd);
    project.sandbox.script({ fault: 'moderation', times: 'always' });
    await order();
    await reached('failed');
    await expect.poll(async () => (await videos.view(SPOT, ERA)).problem).toMatchObject({ code: 'rejected' });
  });

  it('makes room for a new one', async () => {
    const project = await wanProject();
    const { order, reached } = openService();
    await order();
    await reached('ready');
    await deleteFilm(SPOT, ERA);
    await order();
    await reached('ready');
    expect(project.accepted()).toBe(2);
  });
});

it('broken records are told to the log once, and end every connection', async () => {
  const project = await wanProject();
  const { videos, lines } = openService();
  writeFileSync(join(project.root, 'broken.json'), '{');
  vi.stubEnv('WANX_METADATA_PATH', 'broken.json');
  const complaints = () => lines.filter((line) => line.includes('could not') && /"level":"(warn|error)"/.test(line));
  for (let look = 0; look < 3; look += 1) videos.feed.look();
  expect(complaints()).toHaveLength(1);
  expect(videos.feed.listeners).toBe(0);
});

it('corrupt records are an error, and never an empty gallery', async () => {
  const project = await wanProject();
  const { videos } = openService();
  vi.stubEnv('WANX_METADATA_PATH', 'broken.json');
  writeFileSync(`${project.root}/broken.json`, '{');
  expect(() => videos.library.refresh()).toThrow(expect.objectContaining({ code: 'store-corrupt' }));
});

describe('an order with a prompt', () => {
  it('says that it was not sent where another order, or a film, is there already', async () => {
    const project = await wanProject();
    const { order, reached } = openService();
    project.sandbox.script({ fault: 'never-finishes' });
    expect((await order({ prompt: 'A tower, first.' })).view.note).toBeUndefined();
    await expect.poll(() => project.accepted()).toBe(1);
    const note = expect.stringContaining('Your prompt was not sent: an order with another prompt');
    const late = await order({ prompt: 'A tower, second.' });
    expect(videoViewSchema.parse(late.view)).toMatchObject({ note });
    expect((await order({ prompt: 'A tower, first.' })).view.note).toBeUndefined();
    await expect.poll(() => project.sandbox.letFinish('first')).toBe(1);
    await reached('ready');
    expect(await order({ prompt: 'A tower, second.' })).toMatchObject({
      started: false,
      view: {
        prompt: 'A tower, first.',
        note: expect.stringContaining('a finished video with another prompt already exists'),
      },
    });
    expect(project.accepted()).toBe(1);
  });

  it('is refused at once when the model does not read all of it', async () => {
    const project = await wanProject();
    const { order } = openService();
    const long = { code: 'invalid-input', message: expect.stringMatching(/5001 characters.*5000/) };
    await expect(order({ prompt: 'a'.repeat(5001) })).rejects.toEqual(expect.objectContaining(long));
    expect(project.stored()).toEqual([]);
  });
});
