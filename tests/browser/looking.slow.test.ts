import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../fixtures/browser.ts';
import { makeVideo, type RunningApp, startApp } from '../fixtures/built-app.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;

describe.skipIf(chromium === undefined)(`looking at films (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 200 } });
    for (const key of ['eiffel-tower/1888', 'eiffel-tower/1900']) await makeVideo(app, key);
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('wipes from one era to another with both films in step, by hand and by keys', async () => {
    const { page, problems } = await openPage(browser, app.url);
    await page.goto('/spots/eiffel-tower/1888');
    await listening(page);
    const films = page.locator('.stage video');
    await expect.poll(() => films.first().evaluate((film: HTMLVideoElement) => film.currentTime)).toBeGreaterThan(0.2);
    const handle = page.getByRole('slider', { name: 'Time' });
    await handle.focus();
    for (let step = 0; step < 4; step++) await page.keyboard.press('Shift+ArrowRight');
    expect(await handle.getAttribute('aria-valuetext')).toBe('40 percent from 1888 to 1900');
    expect(await page.locator('.layer.above').evaluate((layer) => layer.style.clipPath)).toBe('inset(0px 60% 0px 0px)');
    const apart = () =>
      films.evaluateAll((both) => {
        const [a, b] = both.filter((film) => film instanceof HTMLVideoElement);
        return a && b && !a.paused && !b.paused ? Math.abs(a.currentTime - b.currentTime) : 9;
      });
    await expect.poll(apart).toBeLessThan(0.08);

    // By hand, over the picture, to the end: the next era has the stage and the address.
    const box = await page.locator('.stage').boundingBox();
    if (!box) throw new Error('The stage is not there.');
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 4 });
    expect(await handle.getAttribute('aria-valuetext')).toBe('70 percent from 1888 to 1900');
    await page.mouse.move(box.x + box.width * 0.99, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL('**/eiffel-tower/1900');
    await handle.focus();
    await page.keyboard.press('Home');
    await page.waitForURL('**/eiffel-tower/1888');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('keeps still for who asked for less motion, until told to play', async () => {
    const { page } = await openPage(browser, app.url, { reducedMotion: 'reduce' });
    await page.goto('/spots/eiffel-tower/1888');
    await listening(page);
    const film = page.locator('.stage video').first();
    expect(await film.evaluate((video: HTMLVideoElement) => video.paused)).toBe(true);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => film.evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(0.1);
    await page.context().close();
  });

  it('crossfades in the gallery, and plays what is looked at', async () => {
    const { page, problems } = await openPage(browser, app.url);
    await page.goto('/');
    await listening(page);
    const card = page.locator('article', { hasText: 'Eiffel Tower' });
    await card.hover();
    await expect.poll(() => card.locator('video').evaluate((video: HTMLVideoElement) => !video.paused)).toBe(true);
    await card.getByText('1888', { exact: true }).click();
    await expect
      .poll(() => card.locator('video').evaluateAll((all) => all.map((video) => video.getAttribute('src'))))
      .toEqual([expect.stringContaining('/videos/eiffel-tower-1888.mp4')]);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
