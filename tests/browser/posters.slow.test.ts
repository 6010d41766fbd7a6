import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, listening, openPage } from '../fixtures/app/browser.ts';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { fakeFfmpeg } from '../fixtures/pictures/films.ts';
import { pictureLibrary } from '../fixtures/pictures/picture-library.ts';

const chromiumPath = findChromium();
const FILMS = 24;
/** 1.6 Mbit/s for two seconds, less a quarter for the handshake and the answers on their way. */
const BYTES_OF_TWO_SECONDS = 300_000;
const PHONE = { width: 360, height: 740 };

describe.skipIf(chromiumPath === undefined)('the gallery with pictures', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'reelkeep-pictures-'));
  let app: RunningApp;
  let browser: Browser;
  beforeAll(async () => {
    const records = await pictureLibrary(join(folder, 'videos'), FILMS);
    const environment = fakeFfmpeg(folder, 'echo "$@" >> "$(dirname "$0")/log"');
    app = await startApp({
      records,
      env: { ...environment, REELKEEP_PICTURES: '1', WANX_VIDEO_DIR: join(folder, 'videos') },
    });
    browser = await launchChromium(chromiumPath ?? '');
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Bytes that arrive while a page opens, in the order in which their answers are complete. */
  async function load(
    options = {},
  ): Promise<{ page: Page; got: Array<{ path: string; bytes: number }>; problems: string[] }> {
    const { page, problems } = await openPage(browser, app.url, options);
    const got: Array<{ path: string; bytes: number }> = [];
    page.on('requestfinished', async (request) => got.push({ path: pathOf(request), bytes: await bytesOf(request) }));
    await page.goto('/', { waitUntil: 'networkidle' }).catch(() => {});
    await listening(page);
    await expect.poll(() => page.locator('article img.shown').first().evaluate(isLoaded)).toBe(true);
    await page.waitForLoadState('load');
    return { page, got, problems };
  }

  it.each([
    ['a phone', { viewport: PHONE }],
    ['a phone with a fine screen', { viewport: PHONE, deviceScaleFactor: 3 }],
    ['a desk', { viewport: { width: 1440, height: 900 } }],
  ])(
    'opens on %s with less than 1 MB, its first picture within 2 s at 1.6 Mbit/s, and no film',
    async (_name, options) => {
      const { page, got, problems } = await load(options);
      expect(got.filter(({ path }) => path.endsWith('.mp4'))).toEqual([]);
      expect(got.some(({ path }) => path.endsWith('.webp'))).toBe(true);
      const all = got.reduce((sum, { bytes }) => sum + bytes, 0);
      expect(all, JSON.stringify(got, null, 1)).toBeLessThan(1_000_000);
      const first = got.findIndex(({ path }) => path.endsWith('.webp'));
      const before = got.slice(0, first + 1).reduce((sum, { bytes }) => sum + bytes, 0);
      expect(before, JSON.stringify(got.slice(0, first + 1), null, 1)).toBeLessThan(BYTES_OF_TWO_SECONDS);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('asks for at most one film while the pointer sweeps over all cards', async () => {
    const { page, problems } = await openPage(browser, app.url, { viewport: { width: 1440, height: 900 } });
    const films = filmsAskedBy(page);
    await page.goto('/');
    await listening(page);
    const places = await page.locator('article').evaluateAll((all) =>
      all.map((card) => {
        const { left, top } = card.getBoundingClientRect();
        return { left, top };
      }),
    );
    for (const { left, top } of places) await page.mouse.move(left + 50, Math.min(890, top + 50));
    expect(films().length).toBeLessThanOrEqual(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('loads a film when the pointer rests on its card, once, and gives it back', async () => {
    const { page, problems } = await openPage(browser, app.url);
    const films = filmsAskedBy(page);
    await page.goto('/');
    await listening(page);
    const card = page.locator('article', { hasText: 'Eiffel Tower' });
    expect(await card.locator('video').count()).toBe(0);
    await card.hover();
    await expect.poll(() => card.locator('video.shown').evaluate((film: HTMLVideoElement) => !film.paused)).toBe(true);
    expect(new Set(films()).size).toBe(1);
    await page.mouse.move(0, 0);
    await expect.poll(() => card.locator('video').count()).toBe(0);
    await card.locator('a.name').focus();
    await card.locator('video.shown').waitFor();
    expect(new Set(films()).size).toBe(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('shows another era without a film and without an empty box', async () => {
    const { page } = await openPage(browser, app.url, { reducedMotion: 'reduce' });
    const films = filmsAskedBy(page);
    await page.goto('/');
    await listening(page);
    const card = page.locator('article', { hasText: 'Eiffel Tower' });
    await card.locator('label', { hasText: '1888' }).click();
    const sources = () => card.locator('img.shown').evaluateAll((all) => all.map((one) => one.getAttribute('src')));
    await expect.poll(sources).toEqual([expect.stringContaining('/videos/eiffel-tower-1888.v1.poster')]);
    expect(films()).toEqual([]);
    await page.context().close();
  });

  it('shows a frame of the film where a poster is gone', async () => {
    const { page } = await openPage(browser, app.url);
    await page.route('**/eiffel-tower-*.webp*', (route) => route.fulfill({ status: 404 }));
    await page.goto('/');
    await listening(page);
    await page.locator('article', { hasText: 'Eiffel Tower' }).locator('canvas.shown').waitFor();
    await page.context().close();
  });

  it('starts no ffmpeg for a page, however often it is opened', async () => {
    for (let count = 0; count < 5; count += 1) await (await fetch(app.url)).text();
    expect(existsSync(join(folder, 'bin/log'))).toBe(false);
  });

  it('shows the moments of a film over its line, from the sprite sheet', async () => {
    const { page, problems } = await openPage(browser, app.url);
    await page.goto('/spots/eiffel-tower/1888');
    await listening(page);
    const line = page.getByLabel('Position in the film');
    const { x = 0, y = 0, width = 0 } = (await line.boundingBox()) ?? {};
    const positions = new Set<string>();
    for (const share of [0.1, 0.5, 0.9]) {
      await page.mouse.move(x + width * share, y + 10);
      const tile = page.locator('.preview .tile');
      await tile.waitFor();
      positions.add(await tile.evaluate((element) => getComputedStyle(element).backgroundPosition));
    }
    expect(positions.size).toBe(3);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('opens a film with the one picture that is in sight', async () => {
    const { page } = await openPage(browser, app.url);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(pathOf(request)));
    await page.route('**/*.js', (route) => route.abort());
    await page.goto('/spots/eiffel-tower/1888', { waitUntil: 'load' });
    expect(asked.filter((path) => path.endsWith('.webp'))).toHaveLength(1);
    expect(asked.filter((path) => path.endsWith('.mp4'))).toEqual([]);
    await page.context().close();
  });

  it('loads the film afterwards', async () => {
    const { page, problems } = await openPage(browser, app.url);
    await page.goto('/spots/eiffel-tower/1888');
    await page.locator('.layer.seen video:not(.waiting)').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('has a picture and a film for whoever shares a link', async () => {
    const html = await (await fetch(`${app.url}/spots/eiffel-tower/1888`)).text();
    const image = /<meta property="og:image" content="([^"]+)"/.exec(html)?.[1] ?? '';
    const film = /<meta property="og:video" content="([^"]+)"/.exec(html)?.[1] ?? '';
    for (const [address, type] of [
      [image, 'image/webp'],
      [film, 'video/mp4'],
    ] as const) {
      expect(address.startsWith(app.url)).toBe(true);
      const answer = await fetch(address, { headers: { range: 'bytes=0-1' } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([206, type]);
      expect(answer.headers.get('cache-control')).toContain('immutable');
    }
  });

  it('asks for its scripts after what is in sight, and for few of them', async () => {
    const html = await (await fetch(app.url)).text();
    const scripts = html.match(/<link [^>]*rel="modulepreload"[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.length).toBeLessThanOrEqual(12);
    expect(scripts.filter((link) => !link.includes('fetchpriority="low"'))).toEqual([]);
  });

  it('never keeps an error for long', async () => {
    for (const path of ['eiffel-tower-9999.mp4?v=0', 'eiffel-tower-1888.v9.poster.webp?v=0']) {
      const answer = await fetch(`${app.url}/videos/${path}`);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
    }
    const html = await fetch(app.url, { headers: { 'accept-encoding': 'gzip' } });
    expect(html.headers.get('content-encoding')).toBe('gzip');
  });
});

function isLoaded(image: HTMLElement | SVGElement): boolean {
  return image instanceof HTMLImageElement && image.complete && image.naturalWidth > 0;
}

function pathOf(request: Request): string {
  return new URL(request.url()).pathname;
}

async function bytesOf(request: Request): Promise<number> {
  const { responseBodySize, responseHeadersSize } = await request.sizes().catch(() => ({
    responseBodySize: 0,
    responseHeadersSize: 0,
  }));
  return responseBodySize + responseHeadersSize;
}

/** The addresses of the films that a page has asked for. */
function filmsAskedBy(page: Page): () => string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (pathOf(request).endsWith('.mp4')) asked.push(request.url());
  });
  return () => asked;
}
