import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  cancelVideo,
  deleteVersion,
  generateAndStoreVideo,
  getVideoMetadata,
  listRescuable,
  rescueTask,
  type VideoMetadata,
  WanxClient,
} from '#lib/wanx/index.ts';
import { videoStore } from '#lib/wanx/video-metadata.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';
import { AGE_OF_SAIL, HARBOUR, STEAM, wanProject } from '../../fixtures/records/wan-project.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

const NOW = new Date().toISOString();
const aDayAgo = () => new Date(Date.now() - 24 * 3_600_000);

describe('rescue', () => {
  it('lists recent tasks with what is captured here', async () => {
    const { accepted } = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    const elsewhere = await new WanxClient().generateVideoFromText('made by another program');
    const rows = await listRescuable(aDayAgo());
    expect(rows).toHaveLength(2);
    expect(rows).toContainEqual(expect.objectContaining({ key: 'harbour/sail', captured: true, status: 'SUCCEEDED' }));
    expect(rows).toContainEqual(expect.objectContaining({ taskId: elsewhere.taskId, captured: false }));
    expect(accepted()).toBe(2);
  });

  it('captures a stranger into the folder of orphans', async () => {
    const { root } = await wanProject();
    const { taskId } = await new WanxClient().generateVideoFromText('made by another program');
    const rescued = await rescueTask(taskId);
    expect(rescued).toMatchObject({ taskId, localPath: `static/videos/orphans/${taskId}.mp4` });
    expect(existsSync(join(root, rescued.localPath))).toBe(true);
    expect(await listRescuable(aDayAgo())).toMatchObject([{ taskId, captured: true }]);
  });

  it('captures a task that a record knows into its spot and era', async () => {
    const { videoPath, accepted, leave } = await wanProject();
    const taskId = await leave(HARBOUR, STEAM);
    expect(await rescueTask(taskId)).toMatchObject({
      taskId,
      key: 'harbour/steam',
      localPath: 'static/videos/harbour-steam.mp4',
    });
    expect(getVideoMetadata('harbour', 'steam')?.status).toBe('ready');
    rmSync(videoPath('harbour', 'steam'));
    expect(await rescueTask(taskId)).toMatchObject({ key: 'harbour/steam' });
    expect(existsSync(videoPath('harbour', 'steam'))).toBe(true);
    expect(accepted()).toBe(1);
  });

  it('knows a task whose video a later one has replaced', async () => {
    await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    const replaced = getVideoMetadata('harbour', 'sail')?.taskId ?? '';
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true });
    const rows = await listRescuable(aDayAgo());
    expect(rows).toContainEqual(expect.objectContaining({ taskId: replaced, key: 'harbour/sail', captured: true }));
    expect(await rescueTask(replaced)).toMatchObject({ localPath: 'static/videos/harbour-sail.v1.mp4' });
    // Where its film is not kept any more, the task still has it.
    await deleteVersion('harbour', 'sail', 1);
    expect(await rescueTask(replaced)).toMatchObject({ localPath: `static/videos/orphans/${replaced}.mp4` });
    expect(getVideoMetadata('harbour', 'sail')?.taskId).not.toBe(replaced);
  });

  it.each(['../../etc/passwd', 'a b', ''])('refuses %j as a task id', async (taskId) => {
    const { sandbox } = await wanProject();
    await expect(rescueTask(taskId)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(sandbox.requests()).toEqual([]);
  });

  it('says so when the provider no longer has the task', async () => {
    await wanProject();
    await expect(rescueTask('00000000-0000-0000-0000-000000000000')).rejects.toMatchObject({ code: 'expired' });
  });
});

describe('rescue of a task that is captured', () => {
  async function captured() {
    const project = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    const before = getVideoMetadata('harbour', 'sail');
    return { ...project, before, taskId: before?.taskId ?? '', path: project.videoPath('harbour', 'sail') };
  }

  it('returns what is there, and asks nobody', async () => {
    const { sandbox, before, taskId, stored } = await captured();
    sandbox.reset();
    const { sizeBytes, sha256, localPath } = before ?? {};
    expect(await rescueTask(taskId)).toEqual({ taskId, key: 'harbour/sail', localPath, sizeBytes, sha256 });
    expect(sandbox.requests()).toEqual([]);
    expect(stored()).toEqual([before]);
  });

  it('fetches it again where the file is damaged', async () => {
    const { taskId, path } = await captured();
    const whole = readFileSync(path);
    const damaged = Buffer.from(whole).fill(0, 200, 300);
    writeFileSync(path, damaged);
    await rescueTask(taskId);
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  it('leaves record and receipt as they are when the provider no longer has it', async () => {
    const { sandbox, before, taskId, path } = await captured();
    rmSync(path);
    sandbox.reset();
    await expect(rescueTask(taskId)).rejects.toMatchObject({ code: 'expired', taskId });
    expect(getVideoMetadata('harbour', 'sail')).toEqual({ ...before, fence: 2 });
  });

  it('returns an orphan that is there and whole, and fetches a damaged one again', async () => {
    const { root, sandbox } = await wanProject();
    const { taskId } = await new WanxClient().generateVideoFromText('made by another program');
    const first = await rescueTask(taskId);
    const asked = sandbox.requests().length;
    expect(await rescueTask(taskId)).toEqual(first);
    expect(sandbox.requests()).toHaveLength(asked);
    writeFileSync(join(root, first.localPath), 'x');
    expect(await rescueTask(taskId)).toEqual(first);
    expect(sandbox.requests().length).toBeGreaterThan(asked);
  });
});

describe('rescue of what another process works on', () => {
  const lease = { owner: 'another/machine/1/2', fence: 4, expiresAt: new Date(Date.now() + 60_000).toISOString() };
  const set = (fields: Partial<VideoMetadata>) =>
    videoStore().update('harbour/sail', (current) => current && { ...current, ...fields });

  /** A running task on record. */
  async function underWay() {
    const project = await wanProject({ taskDurationMs: 60_000 });
    return { ...project, taskId: await project.leave(HARBOUR, AGE_OF_SAIL) };
  }

  it.each<[string, (taskId: string) => Partial<VideoMetadata>]>([
    ['a task that it follows', () => ({})],
    ['a task that it fetches again', () => ({ status: 'ready', localPath: 'static/videos/gone.mp4' })],
    [
      'one of the tasks among which it has to choose',
      (taskId) => ({ taskId: undefined, intent: { ...intentAt(NOW), candidates: [{ taskId, isCertain: true }] } }),
    ],
  ])('is refused as busy: %s', async (_name, fields) => {
    const { taskId } = await underWay();
    const held = await set({ ...fields(taskId), lease });
    await expect(rescueTask(taskId)).rejects.toMatchObject({ code: 'busy' });
    expect(getVideoMetadata('harbour', 'sail')).toEqual(held);
  });

  it('buys nothing when the record is about another task by the time its work begins', async () => {
    const { taskId, accepted, root, stored } = await underWay();
    let owners = 0;
    const newOwner = () => {
      owners += 1;
      // The first is for the claim, the second for the work.
      const records = stored().map((record) => ({ ...record, taskId: 'bought-since', status: 'ready' }));
      if (owners === 2) writeFileSync(join(root, 'src/lib/data/generated-videos.json'), JSON.stringify(records));
      return 'me';
    };
    await expect(rescueTask(taskId, { newOwner })).rejects.toMatchObject({ code: 'busy', taskId });
    expect(owners).toBe(2);
    expect(stored()).toMatchObject([{ taskId: 'bought-since', status: 'ready' }]);
    expect(accepted()).toBe(1);
  });

  it('does not report the video of another task that whoever it waited for has brought', async () => {
    const { taskId, videoPath } = await underWay();
    await set({ lease });
    const clock = new VirtualClock({ auto: false, nowMs: Date.now() });
    // It waits for the other process; the rescue, which knows that one to be dead, then waits with it.
    const waiting = generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock });
    await clock.somebodyWaits();
    const rescue = rescueTask(taskId, { clock, isSurelyDead: () => true });
    const refused = expect(rescue).rejects.toMatchObject({ code: 'busy', taskId });
    await vi.waitFor(() => expect(getVideoMetadata('harbour', 'sail')?.lease).toBeUndefined());
    const localPath = 'static/videos/harbour-sail.mp4';
    mkdirSync(dirname(videoPath('harbour', 'sail')), { recursive: true });
    writeFileSync(videoPath('harbour', 'sail'), 'theirs');
    await set({ status: 'ready', taskId: 'theirs', localPath, sizeBytes: 6 });
    await clock.advance(1000);
    await refused;
    expect(await waiting).toMatchObject({ success: true, metadata: { taskId: 'theirs' } });
  });
});

describe('rescue of a cancelled task', () => {
  async function cancelledAfter(ms: number) {
    const clock = new VirtualClock();
    const project = await wanProject({ clock, taskDurationMs: 60_000 });
    const left = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock, timeoutMs: 10 });
    await clock.advance(ms);
    await cancelVideo('harbour', 'sail', { clock });
    return { ...project, clock, taskId: left.success ? '' : (left.taskId ?? '') };
  }

  it('takes it up when it ran on', async () => {
    const { clock, taskId, accepted } = await cancelledAfter(30_000);
    expect(await rescueTask(taskId, { clock })).toMatchObject({ taskId, key: 'harbour/sail' });
    expect(getVideoMetadata('harbour', 'sail')).not.toHaveProperty('canceledAt');
    expect(accepted()).toBe(1);
  });

  it('says that there is nothing when the provider stopped it, and leaves it cancelled', async () => {
    const { clock, taskId, stored } = await cancelledAfter(0);
    const before = stored();
    await expect(rescueTask(taskId, { clock })).rejects.toMatchObject({ code: 'not-found', taskId });
    expect(stored()).toEqual(before);
  });
});

it('rescues an orphan whose link dies on the way, with a fresh one', async () => {
  const clock = new VirtualClock();
  const { sandbox } = await wanProject({ clock, linkTtlMs: 60_000 });
  const { taskId } = await new WanxClient({ clock }).generateVideoFromText('made by another program');
  sandbox.script({ fault: 'cut', atByte: 20_000 });
  // The first setback comes when the link is two minutes old.
  let aged = false;
  const onProgress = ({ stage }: { stage: string }) => {
    if (stage === 'retrying' && !aged) clock.set(clock.now() + 120_000);
    aged ||= stage === 'retrying';
  };
  await rescueTask(taskId, { clock, onProgress });
  const downloads = sandbox.requests().filter(({ path }) => path.endsWith('.mp4'));
  expect(downloads.map(({ status }) => status)).toEqual([200, 403, 206]);
});
