// isolated: the manager of the app is one for the process, and takes its settings from the environment at first use.
import { expect, it, onTestFinished } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { downloadKey } from '#lib/openai-videos/assets/job/record.ts';
import { downloadStore } from '#lib/openai-videos/assets/run/settings.server.ts';
import { assetDownloadManager } from '#lib/openai-videos/index.ts';
import { downloadStatus } from '#lib/web/downloads/downloads.server.ts';
import { downloadRecord, minutesAfter } from '../../fixtures/openai-videos/download-record.ts';
import { countRows } from '../../fixtures/records/count-rows.ts';
import { databaseProject } from '../../fixtures/records/database-project.ts';

const DOWNLOADS = 3000;

/** Every hundredth has not ended. */
const download = (index: number) =>
  downloadRecord({
    ...{ notionPageId: `page-${index}`, soraVideoId: `video_${index}`, completedAt: minutesAfter(-index) },
    ...{ status: index % 100 === 7 ? 'pending' : 'failed', storage: 'static/generated-videos' },
  });

it('the page of downloads reads records once, and then only what has changed', { timeout: 120_000 }, async () => {
  databaseProject();
  onTestFinished(() => assetDownloadManager.stop());
  const store = downloadStore(readSettings());
  const all = Array.from({ length: DOWNLOADS }, (_, index) => download(index));
  await Promise.all(all.map((record) => store.update(downloadKey(record), () => record)));
  const look = () => downloadStatus(new URL('http://localhost/api/downloads/status?limit=100'), false);
  expect(look().downloads).toHaveLength(100);

  const rows = countRows();
  const { downloads, summary } = look();
  expect([downloads.filter(({ status }) => status === 'pending').length, rows()]).toEqual([30, 0]);
  expect(summary).toMatchObject({ pending: 30, failed: 2970 });
  await store.update(downloadKey(download(9)), (old) => old && { ...old, error: 'changed' });
  rows();
  expect(look().downloads.find(({ notionPageId }) => notionPageId === 'page-9')?.error).toBeDefined();
  expect(rows()).toBe(1);
});
