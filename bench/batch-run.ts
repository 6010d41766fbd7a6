// One batch of finished videos downloaded by one subject, in a process of its own. Arguments: subject, address, folder, videos.
import { createWriteStream, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

enableCompileCache();

const [subject = '', baseUrl = '', folder = '', videos = '0'] = process.argv.slice(2);
const ids = Array.from({ length: Number(videos) }, (_, index) => `video_${index}`);
const AT_ONCE = 4;

/** What one would write without a library: the three files of four videos at a time, as they come. */
async function byFetch(): Promise<void> {
  const files = { video: '.mp4', thumbnail: '_thumbnail.webp', spritesheet: '_spritesheet.jpg' };
  const left = [...ids];
  mkdirSync(join(folder, 'BATCH_1'), { recursive: true });
  const work = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const all = Object.entries(files).map(async ([variant, ending]) => {
        const { body } = await fetch(`${baseUrl}/videos/${id}/content?variant=${variant}`);
        if (!body) throw new Error('no body');
        await pipeline(body, createWriteStream(join(folder, 'BATCH_1', `${id}_V1${ending}`)));
      });
      await Promise.all(all);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function byManager(): Promise<void> {
  process.env.WANX_PROJECT_ROOT = folder;
  const { AssetDownloadManager } = await import('#lib/openai-videos/index.ts');
  const manager = new AssetDownloadManager({
    ...{ baseUrl, storageBasePath: folder, notion: false, pictures: false, concurrency: AT_ONCE },
  });
  const completedAt = new Date();
  await Promise.all(ids.map((id) => manager.queueDownload(`page_${id}`, id, 'BATCH_1', completedAt)));
  await manager.resumeDownloads();
  const { completed } = manager.getDownloadSummary();
  if (completed !== ids.length) throw new Error(`${completed} of ${ids.length} completed`);
  await manager.stop();
}

await (subject === 'reelkeep' ? byManager() : byFetch());
process.exit(0);
