// isolated: the manager of the app is one for the process, and takes its settings from the environment at first use.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { assetDownloadManager } from '#lib/openai-videos/index.ts';
import { downloadStatus, oneDownload, retryDownload, serveDownload } from '#lib/web/downloads/downloads.server.ts';
import { downloadStatusSchema, downloadViewSchema } from '#lib/web/downloads/downloads-view.ts';
import { refuse, VideoService } from '../../fixtures/openai-videos/video-service.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

describe('the downloads of the app', () => {
  it('are listed, retried and served', async () => {
    const root = temporaryFolder();
    const service = await VideoService.start();
    vi.stubEnv('WANX_PROJECT_ROOT', root);
    vi.stubEnv('WANX_METADATA_PATH', join(root, 'data/videos.json'));
    vi.stubEnv('OPENAI_VIDEOS_BASE_URL', service.baseUrl);
    vi.stubEnv('REELKEEP_PICTURES', '0');
    onTestFinished(async () => {
      await assetDownloadManager.stop();
      vi.unstubAllEnvs();
    });
    const completedAt = new Date();
    service.job = (id) =>
      id === 'video_bad' ? { status: 'failed', error: { message: 'A secret of the service.' } } : {};
    await assetDownloadManager.queueDownload('page-good', 'video_good', 'BATCH_1', completedAt);
    await assetDownloadManager.queueDownload(' page good ', 'video_blank', 'BATCH_2', completedAt);
    await assetDownloadManager.queueDownload('page-bad', 'video_bad', 'BATCH_1', completedAt);
    await assetDownloadManager.queueDownload('page-old', 'video_old', 'BATCH_1', new Date(Date.now() - 7_200_000));
    await expect
      .poll(() => assetDownloadManager.getDownloadSummary())
      .toMatchObject({ completed: 2, failed: 1, expired: 1 });

    const status = downloadStatusSchema.parse(statusFor(true));
    expect(status).toMatchObject({ pending: 0, expiring: 0, expiringDownloads: [], summary: { completed: 2 } });
    expect(status.downloads).toHaveLength(4);
    expect(JSON.stringify(statusFor(false))).not.toContain('secret of the service');
    expect(JSON.stringify(status)).not.toContain(root);
    expect(statusFor(true, '?limit=2')).toMatchObject({
      downloads: [{}, {}],
      summary: { completed: 2, failed: 1, expired: 1 },
    });
    expect(() => statusFor(true, '?limit=0')).toThrow('The query is not valid');

    const ask = async (page: unknown) => {
      const response = await oneDownload(post({ notionPageId: page }), true);
      return { status: response.status, body: await response.json() };
    };
    const good = await ask('page-good');
    expect(downloadViewSchema.parse(good.body)).toMatchObject({ status: 'completed', retryCount: 0 });
    expect(good.body.downloadedAssets[0]).toMatchObject({
      fileName: 'video_good_V1.mp4',
      filePath: 'static/generated-videos/BATCH_1/video_good_V1.mp4',
      url: '/generated-videos/BATCH_1/video_good_V1.mp4',
    });
    expect(await ask('page-none')).toEqual({ status: 404, body: { error: 'Download job not found' } });
    expect(await ask(' page good ')).toMatchObject({ status: 200, body: { notionPageId: ' page good ' } });
    for (const page of ['', ' ']) expect((await ask(page)).status).toBe(400);

    const retry = async (page: string) => {
      const response = await retryDownload(post({ notionPageId: page }));
      return [response.status, await response.json()];
    };
    expect(await retry('page-none')).toEqual([404, { error: 'Download job not found' }]);
    expect(await retry('page-good')).toEqual([409, { error: 'Cannot retry download with status: completed' }]);
    expect(await retry('page-old')).toEqual([410, { error: 'Cannot retry download with status: expired' }]);
    service.job = () => ({});
    expect(await retry('page-bad')).toEqual([200, { success: true, message: 'Download retry initiated' }]);
    await expect.poll(() => assetDownloadManager.getDownloadStatus('page-bad')?.status).toBe('completed');

    const film = readFileSync(join(root, 'static/generated-videos/BATCH_1/video_good_V1.mp4'));
    const whole = await serve('video_good_V1.mp4');
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(film);
    const part = await serve('video_good_V1.mp4', { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${film.length}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(film.subarray(10, 20));
    expect((await serve('video_good_V1.mp4', { 'if-none-match': whole.headers.get('etag') ?? '' })).status).toBe(304);
    const thumbnail = await serve('video_good_V1_thumbnail.webp');
    expect(thumbnail.headers.get('content-type')).toBe('image/webp');
    await thumbnail.body?.cancel();
    const head = await serve('video_good_V1.mp4', {}, 'HEAD');
    expect([head.headers.get('content-length'), head.body]).toEqual([String(film.length), null]);
    for (const name of ['../data/videos.json', 'video_none_V1.mp4', '..', 'video_good_V1.mp4.part']) {
      await expect(serve(name)).rejects.toMatchObject({ problem: 'not-found' });
    }

    // Completed 55 minutes ago, and a few ms more: four whole minutes are left.
    service.twist = ({ what }, response) => what === 'status' && refuse(response, 503);
    const soon = new Date(Date.now() - 55 * 60_000);
    await assetDownloadManager.queueDownload('page-soon', 'video_soon', 'BATCH_1', soon);
    const expiresAt = new Date(soon.getTime() + 3_600_000).toISOString();
    expect(statusFor(false)).toMatchObject({
      ...{ pending: 1, expiring: 1, summary: { approachingExpiration: 1 } },
      expiringDownloads: [{ notionPageId: 'page-soon', soraVideoId: 'video_soon', expiresAt, minutesRemaining: 4 }],
    });
  });
});

const statusFor = (mayRetry: boolean, query = '') =>
  downloadStatus(new URL(`http://localhost/api/downloads/status${query}`), mayRetry);

function post(body: unknown): Request {
  return new Request('http://localhost/', { method: 'POST', body: JSON.stringify(body) });
}

function serve(fileName: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  const url = `http://localhost/generated-videos/BATCH_1/${fileName}`;
  return serveDownload({ folder: 'BATCH_1', fileName }, new Request(url, { method, headers }), new URL(url));
}
