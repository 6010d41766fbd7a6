import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateAndStoreVideo, getVideoMetadata, listRescuable, rescueTask, WanxClient } from '#lib/wanx/index.ts';
import { AGE_OF_SAIL, HARBOUR, STEAM, wanProject } from '../fixtures/wan-project.ts';

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
    const { videoPath, accepted } = await wanProject({ taskDurationMs: 200 });
    const left = await generateAndStoreVideo(HARBOUR, STEAM, { timeoutMs: 20 });
    const taskId = left.success ? '' : (left.taskId ?? '');
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
