import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, listening, openPage } from '../fixtures/app/browser.ts';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { pictureLibrary } from '../fixtures/pictures/picture-library.ts';

const chromiumPath = findChromium();
const FILMS = 24;
/** 1.6 Mbit/s. */
const BYTES_PER_SECOND = 200_000;
const DESK = { width: 1440, height: 900 };

describe.skipIf(chromiumPath === undefined)('the gallery without posters', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'reelkeep-frames-'));
  let app: RunningApp;
  let browser: Browser;
  beforeAll(async () => {
    const library = await pictureLibrary(join(folder, 'videos'), FILMS);
    const records = library.map(({ pictures: _pictures, ...record }) => record);
    app = await startApp({ records, env: { WANX_VIDEO_DIR: join(folder, 'videos') } });
    browser = await launchChromium(chromiumPath ?? '');
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows a frame of each film in view and asks for no other, in less than 1 MB', async () => {
    const { page, problems } = await openPage(browser, app.url, { viewport: DESK });
    const line = await page.context().newCDPSession(page);
    const speed = { downloadThroughput: BYTES_PER_SECOND, uploadThroughput: BYTES_PER_SECOND };
    let bytes = 0;
    line.on('Network.dataReceived', ({ dataLength }) => {
      bytes += dataLength;
    });
    await line.send('Network.enable');
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 50, ...speed });
    const films = filmsAskedBy(page);
    await page.goto('/');
    await listening(page);
    const inView = await page.locator('article .picture').evaluateAll((all) => {
      return all.filter((one) => one.getBoundingClientRect().top < innerHeight).length;
    });
    expect(inView).toBeGreaterThan(0);
    await expect.poll(() => page.locator('canvas.shown').count(), { timeout: 120_000 }).toBe(inView);
    expect(new Set(films()).size).toBe(inView);
    expect(bytes).toBeLessThan(1_000_000);
    expect(await page.locator('canvas.shown').first().evaluate(brightest)).toBeGreaterThan(100);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('shows the others when they come into view, and plays a film over its frame', async () => {
    const { page, problems } = await openPage(browser, app.url, { viewport: DESK });
    await page.goto('/');
    await listening(page);
    const card = page.locator('article', { has: page.locator('canvas') }).last();
    expect(await card.locator('canvas.shown').count()).toBe(0);
    expect(await card.locator('.title.shown').count()).toBe(1);
    await card.locator('.picture').scrollIntoViewIfNeeded();
    await card.locator('canvas.shown').waitFor();
    expect(await card.locator('.title.shown').count()).toBe(0);
    await card.hover();
    await card.locator('video.shown').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('shows the words alone where a film cannot be loaded, and the frames of the others', async () => {
    const { page } = await openPage(browser, app.url, { viewport: DESK });
    await page.route('**/eiffel-tower-*.mp4*', (route) => route.fulfill({ status: 404 }));
    await page.goto('/');
    await listening(page);
    await page.locator('article', { hasText: 'Colosseum' }).locator('canvas.shown').waitFor();
    await page.locator('article', { hasText: 'Eiffel Tower' }).locator('.title.shown').waitFor();
    await page.context().close();
  });
});

/** Of the three colours of the middle pixel, 0 to 255. */
function brightest(canvas: HTMLElement | SVGElement): number {
  if (!(canvas instanceof HTMLCanvasElement)) return 0;
  const pixel = canvas.getContext('2d')?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
  return Math.max(...(pixel?.slice(0, 3) ?? []));
}

function filmsAskedBy(page: Page): () => string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.mp4')) asked.push(pathname);
  });
  return () => asked;
}
