import { join } from 'node:path';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { type DownloadRequest, DownloadService, type DownloadServiceOptions } from '#lib/scrape/index.ts';
import { scrapedRecords } from '#lib/scrape/record/record.ts';
import { sitePauseRecords } from '#lib/scrape/sites/site-pause.ts';
import { openAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import { FakeDownloader } from '../fixtures/scrape/fake-downloader.ts';
import { fakePictures } from '../fixtures/scrape/fake-pictures.ts';
import { describeRealS3 } from '../fixtures/servers/describe-real-s3.ts';
import { describePostgres } from '../fixtures/servers/postgres.ts';
import { newBucket, settingsOf } from '../fixtures/servers/real-s3.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const openScraped = recordStores(scrapedRecords);
const openSites = recordStores(sitePauseRecords);
const film = (videoId: string): DownloadRequest => ({
  ...{ url: `https://films.example/${videoId}`, channelId: 'news', videoId },
});
const FILES = ['mp4', 'poster-640.webp', 'poster.webp', 'sprites.jpg', 'sprites.vtt'];

describeRealS3('scraped films in a real S3', (s3) => {
  describePostgres('with records in PostgreSQL', (database) => {
    async function open() {
      const [bucket, url] = [await newBucket(s3.client), database.url(await database.create())];
      const folder = temporaryFolder();
      const downloader = new FakeDownloader();
      const settings = { metadataPath: join(folder, 'videos.json'), database: url, proxy: {} };
      const assets = openAssetStore({ ...settings, assets: settingsOf(s3.server, bucket) }, { folder, area: '' });
      const place = (name: string) => ({ jsonPath: join(folder, `${name}.json`), database: url });
      const service = (options: DownloadServiceOptions = {}) => {
        const one = new DownloadService({
          ...{
            assets,
            store: openScraped(place('scraped-videos')),
            sites: openSites(place('scrape-sites')),
            folder: join(folder, 'films'),
          },
          ...{ downloadVideo: downloader.download, pictures: true, drawPictures: fakePictures(), usdPerGb: 1e9 },
          ...options,
        });
        onTestFinished(() => one.stop());
        return one;
      };
      return { bucket, downloader, assets, service };
    }

    it('are stored once by two processes, counted, found whole, and removed', async () => {
      const { downloader, assets, service } = await open();
      const [one, other] = [service(), service()];
      const results = await Promise.all([one, other].map((each) => each.downloadAll(['rome', 'oslo'].map(film))));
      expect(results.flatMap(({ failed, stopped }) => [...failed, stopped])).toEqual([undefined, undefined]);
      expect(results.reduce((sum, { stored }) => sum + stored, 0)).toBe(2);
      expect(downloader.calls).toHaveLength(2);
      const names = await Array.fromAsync(assets.list(''), ({ name }) => name);
      expect(names).toEqual(['oslo', 'rome'].flatMap((id) => FILES.map((end) => `news/${id}/video.${end}`)));
      const usage = await other.getStorageUsage({ withVersions: true });
      const bytes = 2 * 'film of https://films.example/rome'.length;
      expect(usage).toMatchObject({ videos: 2, bytes, monthlyCostUsd: bytes + usage.pictureBytes });
      expect(usage.retained).toEqual({ areKept: false, versions: 0, bytes: 0 });
      const verified = await other.verifyStorage({ checkContent: true });
      expect(verified).toMatchObject({ checked: 2, intact: 2, problems: [], unrecorded: [] });
      const video = await other.getScrapedVideo('news', 'rome');
      expect(video?.download_url).toMatch(/^s3:\/\/films-.*\/reel\/news\/rome\/video\.mp4$/);
      const { removed } = await one.cleanUp({ keepPerChannel: 1 });
      expect(removed).toHaveLength(1);
      expect(await Array.fromAsync(assets.list(''))).toHaveLength(FILES.length);
    });

    it('are verified against what somebody else has done to the bucket', async () => {
      const { assets, service } = await open();
      const one = service();
      await one.downloadAll(['rome', 'oslo'].map(film));
      await assets.remove('news/rome/video.mp4');
      const { problems } = await one.verifyStorage();
      expect(problems).toMatchObject([{ videoId: 'rome', kind: 'missing', isPicture: false }]);
      const result = await one.cleanUp({ keepPerChannel: 0 });
      expect(result.stopped).toMatchObject({ videoId: 'rome' });
      // What is missing is fetched again.
      expect(await one.downloadAndStore(film('rome'))).toMatchObject({ success: true, skipped: false });
      expect(await one.verifyStorage({ checkContent: true })).toMatchObject({ problems: [] });
    });

    it('remain in a versioned bucket until that is asked for', async () => {
      const { bucket, assets, service } = await open();
      const versioning = { Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' as const } };
      await s3.client.send(new PutBucketVersioningCommand(versioning));
      const one = service();
      await one.downloadAll(['rome', 'oslo'].map(film));
      const kept = await one.cleanUp({ keepPerChannel: 1 });
      expect(kept).toMatchObject({ bytes: 0, notes: [expect.stringContaining('remain in the store')] });
      const { retained } = await one.getStorageUsage({ withVersions: true });
      expect(retained).toMatchObject({ areKept: true, versions: FILES.length });
      expect(retained?.bytes).toBeGreaterThan(0);
      const gone = await one.cleanUp({ keepPerChannel: 0, removeVersions: true });
      expect(gone).toMatchObject({ notes: [] });
      expect(gone.bytes).toBeGreaterThan(0);
      expect(await Array.fromAsync(assets.list(''))).toEqual([]);
      expect((await one.getStorageUsage({ withVersions: true })).retained).toMatchObject({ versions: FILES.length });
    });
  });
});
