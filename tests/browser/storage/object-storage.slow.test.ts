import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectVersionsCommand, PutBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';
import { openAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { alive, findChromium, launchChromium, openPage, WITHOUT_CHROMIUM } from '../../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp } from '../../fixtures/app/built-app.ts';
import { makeFilm } from '../../fixtures/pictures/films.ts';
import { FilmShelf } from '../../fixtures/scrape/film-shelf.ts';
import { type FaultProxy, startFaultProxy } from '../../fixtures/servers/fault-proxy.ts';
import { clientOf, newBucket, noRealS3, type RealS3, settingsOf, startRealS3 } from '../../fixtures/servers/real-s3.ts';

const chromium = findChromium();
const left = chromium === undefined ? WITHOUT_CHROMIUM : noRealS3();
const MINUTE_MS = 60_000;
vi.setConfig({ testTimeout: 5 * MINUTE_MS });
const WAN = 'eiffel-tower/1900';
/** More than a browser loads ahead. */
const LONG = { seconds: 60, filter: 'noise=alls=16:allf=t' };

describe.skipIf(left !== undefined)(`films in a real S3 server, in a browser (${left ?? chromium})`, () => {
  let browser: Browser;
  let server: RealS3;
  let client: S3Client;
  /** The store, by the name that visitors know. */
  let visitors: FaultProxy;
  const folder = mkdtempSync(join(tmpdir(), 'reelkeep-long-'));
  const long = join(folder, 'long.mp4');

  beforeAll(async () => {
    makeFilm(long, LONG);
    browser = await launchChromium(chromium ?? '');
    server = await startRealS3();
    client = clientOf(server);
    visitors = await startFaultProxy(server.endpoint);
  }, 2 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await visitors?.close();
    client?.destroy();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The app with its films in a bucket of their own: a short one with pictures, and a long one. */
  async function appOn(env: Record<string, string>, { isVersioned = false } = {}) {
    const bucket = await newBucket(client);
    if (isVersioned) {
      const VersioningConfiguration = { Status: 'Enabled' as const };
      await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    }
    const app = await startApp({
      sandbox: { taskDurationMs: 200 },
      env: {
        ...{ REELKEEP_ASSETS: `s3://${bucket}/reel`, S3_ENDPOINT: server.endpoint, S3_PUBLIC_ENDPOINT: visitors.url },
        ...{ AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey, ...env },
      },
    });
    await stock(app, bucket);
    return { app, bucket };
  }

  async function stock({ folder }: RunningApp, bucket: string): Promise<void> {
    const settings = { metadataPath: join(folder, 'unused.json'), database: undefined, proxy: {} };
    const assets = openAssetStore({ ...settings, assets: settingsOf(server, bucket) }, { folder, area: 'scraped' });
    const shelf = await FilmShelf.in(folder);
    shelf.store('news/short', { daysAgo: 100 });
    for (const record of shelf.records) {
      const local = join(folder, 'scraped-videos');
      const names = [record.stored?.name ?? '', ...(record.pictureObjects ?? []).map(({ name }) => name)];
      for (const name of names) await upload(assets, name, join(local, name));
      moveTo(record, assets.location);
    }
    const { sizeBytes, sha256 } = await upload(assets, 'news/long/video.mp4', long);
    const at = new Date().toISOString();
    const place = { location: assets.location, name: 'news/long/video.mp4' };
    shelf.add('news/long', {
      ...{ title: 'The film long', download_status: 'downloaded', download_completed_at: at, download_duration: 60 },
      ...{ download_size: sizeBytes, download_sha256: sha256, download_mime_type: 'video/mp4' },
      stored: { ...place, sizeBytes, sha256, mimeType: 'video/mp4', storedAt: at },
    });
    shelf.write();
  }

  async function play(page: Page, title: string) {
    await page.goto('/storage');
    await alive(page);
    await page.getByRole('link', { name: `Play ${title}` }).click();
    const player = page.getByRole('dialog').locator('video');
    const time = () => player.evaluate((film: HTMLVideoElement) => film.currentTime);
    const seek = (seconds: number) =>
      player.evaluate((film: HTMLVideoElement, to) => {
        film.currentTime = to;
      }, seconds);
    await expect.poll(time, { timeout: MINUTE_MS }).toBeGreaterThan(0);
    return { player, time, seek };
  }

  it('plays and seeks with the server between, and asks nobody else', async () => {
    const { app } = await appOn({});
    const { page, problems } = await openPage(browser, app.url);
    const asked: Array<string | undefined> = [];
    page.on('response', (response) => {
      if (response.url().includes('/scraped/news/long/film'))
        asked.push(`${response.status()} ${response.headers()['content-range']}`);
    });
    const { time, seek } = await play(page, 'The film long');
    await seek(50);
    await expect.poll(time, { timeout: MINUTE_MS }).toBeGreaterThan(50.2);
    expect(asked.filter((one) => /^206 bytes [1-9]\d{6}/.test(one ?? '')).length).toBeGreaterThan(0);
    expect(problems).toEqual([]);
    await page.context().close();
    await app.stop();
  });

  describe('where visitors are sent to the store', () => {
    let app: RunningApp;
    const ofStore = (problem: string) => problem.startsWith(`request to ${visitors.url}/`);

    beforeAll(async () => {
      ({ app } = await appOn({ REELKEEP_PLAYBACK: 'redirect', REELKEEP_PICTURES: '1' }));
      await makeVideo(app, WAN);
    }, 6 * MINUTE_MS);
    afterAll(() => app?.stop());

    it('shows pictures and films of both kinds from there, within the policy of the page', async () => {
      const { page, problems } = await openPage(browser, app.url);
      await play(page, 'The film short');
      await page.keyboard.press('Escape');
      const row = page.getByRole('listitem').filter({ hasText: 'The film short' });
      await row.locator('img').first().scrollIntoViewIfNeeded();
      await expect
        .poll(() =>
          row
            .locator('img')
            .first()
            .evaluate((image: HTMLImageElement) => image.naturalWidth),
        )
        .toBeGreaterThan(0);
      await page.goto(`/spots/${WAN}`);
      const film = page.locator('.stage .seen video');
      await expect.poll(() => film.evaluate((one: HTMLVideoElement) => one.readyState)).toBeGreaterThanOrEqual(2);
      const fromStore = visitors.calls.filter(({ operation }) => operation === 'GetObject').map(({ target }) => target);
      for (const part of ['scraped/news/short/video.mp4', 'videos/eiffel-tower-1900.mp4'])
        expect(fromStore.some((target) => target.includes(part) && target.includes('X-Amz-Signature'))).toBe(true);
      expect(problems.filter((one) => !ofStore(one))).toEqual([]);
      await page.context().close();
    });

    it('comes back for a new link when the old one has expired, and goes on at the same place', async () => {
      const { page, problems } = await openPage(browser, app.url);
      const { player, time, seek } = await play(page, 'The film long');
      const last =
        visitors.calls
          .map(({ target }) => signedAt(target))
          .sort()
          .at(-1) ?? '';
      await expect.poll(() => amzDate(Date.now()) > last).toBe(true);
      let refused = 0;
      visitors.onRequest(({ target }) => {
        if (signedAt(target) > last) return undefined;
        refused += 1;
        return { kind: 'refuse', status: 403, code: 'AccessDenied' };
      });
      await seek(50);
      await expect.poll(time, { timeout: MINUTE_MS }).toBeGreaterThan(50.2);
      expect(await player.evaluate((film: HTMLVideoElement) => film.paused)).toBe(false);
      expect(await page.getByRole('dialog').getByText('could not load').count()).toBe(0);
      // Some browsers try the old one more than once.
      expect(refused).toBeGreaterThan(0);
      visitors.onRequest(() => undefined);
      expect(problems.filter((one) => !ofStore(one) && !/status of 403/.test(one))).toEqual([]);
      await page.context().close();
    });

    it('saves a film under its name', async () => {
      const { page } = await openPage(browser, app.url);
      await page.goto('/storage');
      await alive(page);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download The film short' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('news-short.mp4');
      expect(hashOf(await download.path())).toBe(hashOf(join(app.folder, 'scenes/scene.mp4')));
      await page.context().close();
    });
  });

  it('removes former versions only when that is asked for, after a dry run that says so', async () => {
    const { app, bucket } = await appOn({}, { isVersioned: true });
    const { page, problems } = await openPage(browser, app.url);
    const versions = async () => {
      const listed = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'reel/scraped/news/' }));
      return [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])].map(({ Key }) => Key?.split('/').at(-2));
    };
    await page.goto('/storage');
    await alive(page);
    const cleanUp = page.getByRole('region', { name: 'Clean up' });
    const box = cleanUp.getByRole('checkbox', { name: /former versions/ });
    expect(await box.count()).toBe(0);
    await cleanUp.getByRole('button', { name: 'Show what would go' }).click();
    await cleanUp.getByText(/would remain in the store and are paid for/).waitFor();
    await box.check();
    expect(await cleanUp.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
    await cleanUp.getByRole('button', { name: 'Show what would go' }).click();
    await cleanUp.getByText(/^1\sfilm would go, and free [1-9]/).waitFor();
    expect(await cleanUp.getByText(/would remain/).count()).toBe(0);
    expect(new Set(await versions())).toEqual(new Set(['short', 'long']));
    await cleanUp.getByRole('button', { name: /^Remove 1/ }).click();
    await cleanUp.getByText(/^1\sfilm removed/).waitFor();
    expect(await versions()).toEqual(['long']);
    expect(problems).toEqual([]);
    await page.context().close();
    await app.stop();
  });
});

async function upload(assets: AssetStore, name: string, path: string) {
  const facts = { sizeBytes: readFileSync(path).length, sha256: hashOf(path), mimeType: mimeTypeOf(name) };
  await assets.put(name, { path }, facts);
  return facts;
}

function moveTo(record: FilmShelf['records'][number], location: string): void {
  for (const place of [record.stored, ...(record.pictureObjects ?? [])]) if (place) place.location = location;
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function mimeTypeOf(name: string): string {
  const types = { mp4: 'video/mp4', webp: 'image/webp', jpg: 'image/jpeg', vtt: 'text/vtt' };
  return Object.entries(types).find(([end]) => name.endsWith(`.${end}`))?.[1] ?? 'application/octet-stream';
}

/** When the link was signed, as it says; empty for a request that is none. */
function signedAt(target: string): string {
  return new URL(target, 'http://s3').searchParams.get('X-Amz-Date') ?? '';
}

function amzDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}
