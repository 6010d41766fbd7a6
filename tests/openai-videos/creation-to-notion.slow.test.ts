import { mkdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createNotionUpdates } from '#lib/notion/index.ts';
import { AssetDownloadManager, OpenAIVideosClient, startStatusPoller } from '#lib/openai-videos/index.ts';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';

const BATCH = 'BATCH_1';
/** Everything runs in real time here; Notion's pace is three requests a second. */
const PATIENCE = { timeout: 60_000 };

/** The built app, the sandboxes of both services, and poller, manager and updates between them, all by their settings. */
async function open() {
  // The app only serves: what it would download itself belongs to another service.
  const app = await startApp({
    sandbox: { taskDurationMs: 300 },
    env: { OPENAI_VIDEOS_BASE_URL: 'https://videos.example/v1', NOTION_TOKEN: '' },
  });
  stubSettings(app);
  const { notion: pages, openaiVideos } = app.sandbox;
  const notion = createNotionUpdates();
  const manager = new AssetDownloadManager({ notion, every });
  const poller = startStatusPoller({ notion, manager, pollIntervalMs: 100, every });
  onTestFinished(async () => {
    await poller.stop();
    await manager.stop();
    await notion.stop();
    vi.unstubAllEnvs();
    await app.stop();
  });
  const client = new OpenAIVideosClient();
  const make = async (prompt: string) => {
    const { id } = await client.create({ prompt, seconds: 4 });
    const notionPageId = pages.createPage(prompt);
    await poller.watch({ notionPageId, soraVideoId: id, batchId: BATCH });
    return { id, notionPageId };
  };
  const valuesOf = ({ notionPageId }: { notionPageId: string }) => pages.page(notionPageId).values;
  return { app, pages, openaiVideos, notion, make, valuesOf };
}

/** Faster than in life. */
function every(intervalMs: number, task: () => void): () => void {
  const timer = setInterval(task, Math.min(intervalMs, 200));
  return () => clearInterval(timer);
}

function stubSettings({ sandbox, folder, url }: RunningApp): void {
  mkdirSync(folder, { recursive: true });
  const settings = { ...sandbox.env, PUBLIC_BASE_URL: url, REELKEEP_PICTURES: '0' };
  const places = { WANX_PROJECT_ROOT: folder, WANX_METADATA_PATH: 'records.json' };
  for (const [name, value] of Object.entries({ ...settings, ...places })) vi.stubEnv(name, value);
}

describe('from the creation of a batch to its pages in Notion', { timeout: 240_000 }, () => {
  it('brings every page its status, and links that the app serves, whatever happens to other pages and to columns', async () => {
    const { app, pages, openaiVideos, notion, make, valuesOf } = await open();
    const fetched = async (link: unknown) => {
      const answer = await fetch(String(link));
      return [answer.status, answer.headers.get('content-type'), Buffer.from(await answer.arrayBuffer())];
    };
    const expectServed = async ({ id }: { id: string }, film: unknown, thumbnail: unknown) => {
      expect(film).toBe(`${app.url}/generated-videos/${BATCH}/${id}_V1.mp4`);
      expect(await fetched(film)).toEqual([200, 'video/mp4', Buffer.from(await openaiVideos.contentOf(id))]);
      const picture = Buffer.from(await openaiVideos.contentOf(id, 'thumbnail'));
      expect(await fetched(thumbnail)).toEqual([200, 'image/webp', picture]);
    };

    const first = await make('A harbour at dawn.');
    await expect.poll(() => valuesOf(first), PATIENCE).toMatchObject({ Status: 'Completed', Error: '' });
    await expectServed(first, valuesOf(first)['Video URL'], valuesOf(first)['Thumbnail URL']);

    pages.renameProperty('Video URL', 'Film');
    openaiVideos.script({ fault: 'moderation', match: { prompt: 'refused' } });
    const [good, trashed, contested, refused] = [
      await make('A canal at noon.'),
      await make('A market at night.'),
      await make('A bridge in fog.'),
      await make('One that is refused.'),
    ];
    pages.setInTrash(trashed.notionPageId, true);
    pages.script({ fault: 'refuse-409', on: 'write', pageId: contested.notionPageId, times: 2 });

    for (const video of [good, contested]) {
      await expect.poll(() => valuesOf(video), PATIENCE).toMatchObject({ Status: 'Completed', Error: '' });
      await expectServed(video, valuesOf(video).Film, valuesOf(video)['Thumbnail URL']);
    }
    await expect.poll(() => valuesOf(refused), PATIENCE).toMatchObject({ Status: 'Failed', Film: null });
    expect(valuesOf(refused).Error).toMatch(/^\S*generation_failed.*The video is failed/s);

    const { url } = pages.page(trashed.notionPageId);
    await expect.poll(() => notion.list(), PATIENCE).toMatchObject([{ url, setAside: expect.stringMatching(/trash/) }]);
    expect(valuesOf(trashed).Status).not.toBe('Completed');
    pages.setInTrash(trashed.notionPageId, false);
    await notion.retry();
    await expect.poll(() => valuesOf(trashed), PATIENCE).toMatchObject({ Status: 'Completed' });
    await expectServed(trashed, valuesOf(trashed).Film, valuesOf(trashed)['Thumbnail URL']);
  });
});
