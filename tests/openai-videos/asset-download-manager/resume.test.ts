import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { processIdentity } from '#lib/base/process/process-identity.server.ts';
import { DownloadCase } from '../../fixtures/openai-videos/download-case.ts';
import { refuse } from '../../fixtures/openai-videos/video-service.ts';

describe('resumeDownloads', () => {
  it('tries what waits for its next try at once, and resolves when it is there', async () => {
    const world = await DownloadCase.open({ auto: false });
    world.service.twist = ({ what, nth }, response) => what === 'status' && nth === 0 && refuse(response, 503);
    await world.queue('page-1');
    await expect.poll(() => world.manager.getDownloadStatus('page-1')?.retryCount).toBe(1);
    await world.manager.resumeDownloads();
    expect(world.manager.getDownloadStatus('page-1')).toMatchObject({ status: 'completed', retryCount: 1 });
  });

  it('resolves, too, when a download has to wait again, and tries each of many once', async () => {
    const world = await DownloadCase.open({ auto: false, concurrency: 2 });
    world.service.twist = ({ what, id }, response) => what === 'status' && id === 'video_bad' && refuse(response, 503);
    await world.manager.stop();
    for (const page of ['bad', 'a', 'b', 'c', 'd']) await world.queue(page);
    world.manager = world.another();
    await world.manager.resumeDownloads();
    expect(world.manager.getPendingDownloads()).toMatchObject([{ notionPageId: 'bad', retryCount: 1 }]);
    expect(world.manager.getDownloadSummary()).toMatchObject({ completed: 4, pending: 1 });
  });

  it('takes a download over from a dead process of this machine, though its lease has time left', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const dead = processIdentity().replace(`/${process.pid}/`, `/${pid}/`);
    // Time stands still: no lease ends by itself.
    const world = await DownloadCase.open({ auto: false });
    world.service.twist = () => true;
    world.manager = world.another({ newOwner: () => dead });
    await world.queue('page-1');
    await expect.poll(() => world.store.listSync()[0]?.lease?.owner).toBe(dead);
    world.service.twist = () => undefined;
    world.manager = world.another();
    await world.manager.resumeDownloads();
    expect(world.manager.getDownloadStatus('page-1')?.status).toBe('completed');
  });

  it('needs a service', async () => {
    const world = await DownloadCase.open();
    const manager = world.another({ baseUrl: 'https://api.openai.com/v1' });
    await expect(manager.resumeDownloads()).rejects.toMatchObject({ code: 'config' });
  });
});
