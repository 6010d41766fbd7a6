import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp, viewOf } from '../fixtures/app/built-app.ts';

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

  it('goes to an era by its mark, and leaves the keyboard there', async () => {
    const { page } = await openPage(browser, app.url);
    await page.goto('/spots/eiffel-tower/1888');
    await listening(page);
    const mark = page.locator('.scrubber a', { hasText: '1900' });
    await mark.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/eiffel-tower/1900');
    await expect.poll(() => mark.getAttribute('href')).toBeNull();
    expect(await mark.evaluate((node) => node === document.activeElement)).toBe(true);
    await page.context().close();
  });

  it('wipes along the line, by mouse', async () => {
    const { page } = await openPage(browser, app.url);
    await page.goto('/spots/eiffel-tower/1888');
    await listening(page);
    const [from, to] = await Promise.all([pointOf(page, '1888'), pointOf(page, '1900')]);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move((from.x + to.x) / 2, from.y, { steps: 4 });
    await expect.poll(() => wiped(page)).toBeGreaterThan(35);
    expect(await wiped(page)).toBeLessThan(65);
    expect(await page.locator('.stage .edge').count()).toBe(1);
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL('**/eiffel-tower/1900');
    await page.context().close();
  });

  it.each(['.stage', '.scrubber .line'])('wipes by touch: %s', async (place) => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page } = await openPage(browser, app.url, phone);
    await page.goto('/spots/eiffel-tower/1888');
    await listening(page);
    await page.locator('.scrubber').scrollIntoViewIfNeeded();
    const box = await page.locator(place).boundingBox();
    if (!box) throw new Error(`${place} is not there.`);
    const isLine = place !== '.stage';
    const [from, to] = isLine
      ? await Promise.all([pointOf(page, '1888'), pointOf(page, '1900')])
      : [box.x + box.width * 0.05, box.x + box.width * 0.99].map((x) => ({ x, y: box.y + box.height / 2 }));
    if (!from || !to) throw new Error('There is no way to go.');
    const finger = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number) =>
      finger.send('Input.dispatchTouchEvent', { type, touchPoints: x === undefined ? [] : [{ x, y: from.y }] });
    await touch('touchStart', from.x);
    for (const share of [0.1, 0.2, 0.3, 0.4, 0.5]) await touch('touchMove', from.x + (to.x - from.x) * share);
    await expect.poll(() => wiped(page)).toBeGreaterThan(35);
    expect(await wiped(page)).toBeLessThan(65);
    for (const share of [0.7, 0.9, 1]) await touch('touchMove', from.x + (to.x - from.x) * share);
    await touch('touchEnd');
    await page.waitForURL('**/eiffel-tower/1900');
    await page.context().close();
  });

  it('gives sound, the full screen, and what there is to copy', async () => {
    const { page, problems } = await openPage(browser, app.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.goto('/spots/eiffel-tower/1900');
    await listening(page);
    const film = page.locator('.stage .seen video');
    const isMuted = () => film.evaluate((video: HTMLVideoElement) => video.muted);
    const sound = page.getByRole('button', { name: 'Sound' });
    expect([await isMuted(), await sound.getAttribute('aria-pressed')]).toEqual([true, 'false']);
    await sound.click();
    await expect.poll(isMuted).toBe(false);
    expect(await sound.getAttribute('aria-pressed')).toBe('true');
    await sound.click();
    await expect.poll(isMuted).toBe(true);

    const full = () => page.evaluate(() => document.fullscreenElement?.className ?? '');
    await page.getByRole('button', { name: 'Full screen' }).click();
    await expect.poll(full).toContain('screen');
    await page.getByRole('button', { name: 'Full screen' }).click();
    await expect.poll(full).toBe('');

    await page.getByText('How this was made').click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    const view = await viewOf(app, 'eiffel-tower/1900');
    for (const [what, text] of [
      ['the prompt', view.prompt],
      ['SHA-256', view.sha256],
    ]) {
      await page.getByRole('button', { name: `Copy ${what}` }).click();
      await page.getByRole('button', { name: `Copied ${what}` }).waitFor();
      expect(await copied()).toBe(text);
    }
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

  const era = (card: Locator, period: string) => card.locator('label', { hasText: period });

  it('crossfades in the gallery, and plays what is looked at', async () => {
    const { page, problems } = await openPage(browser, app.url);
    await page.goto('/');
    await listening(page);
    const card = page.locator('article', { hasText: 'Eiffel Tower' });
    await card.hover();
    await expect.poll(() => card.locator('video').evaluate((video: HTMLVideoElement) => !video.paused)).toBe(true);
    await era(card, '1888').click();
    await expect
      .poll(() => card.locator('video').evaluateAll((all) => all.map((video) => video.getAttribute('src'))))
      .toEqual([expect.stringContaining('/videos/eiffel-tower-1888.mp4')]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  const NOT_LOADED = 'The film is saved, but this browser could not load it.';
  it('says of a card that its film cannot be loaded, until it can', async () => {
    const { page } = await openPage(browser, app.url);
    await page.route('**/videos/eiffel-tower-1888*', (route) => route.abort());
    await page.goto('/');
    await listening(page);
    const card = page.locator('article', { hasText: 'Eiffel Tower' });
    await era(card, '1888').click();
    await card.getByText(NOT_LOADED).waitFor();
    await era(card, '1900').click();
    await card.getByText(NOT_LOADED).waitFor({ state: 'hidden' });
    await page.unroute('**/videos/eiffel-tower-1888*');
    await era(card, '1888').click();
    await card.locator('video.shown[src*="eiffel-tower-1888"]').waitFor();
    await card.getByText(NOT_LOADED).waitFor({ state: 'hidden' });
    await page.context().close();
  });

  it('says on the page of a place that a film cannot be loaded', async () => {
    const { page } = await openPage(browser, app.url);
    await page.route('**/videos/eiffel-tower-1888*', (route) => route.abort());
    await page.goto('/spots/eiffel-tower/1888');
    await listening(page);
    await page.locator('.stage .seen').getByText(NOT_LOADED).waitFor();
    await page.goto('/spots/eiffel-tower/1900');
    await listening(page);
    await expect.poll(() => page.locator('.stage .seen video').evaluate(hasPicture)).toBe(true);
    expect(await page.locator('.stage .seen').getByText(NOT_LOADED).count()).toBe(0);
    await page.context().close();
  });

  it('shows where in the film it is when the system gives the colours', async () => {
    const { page } = await openPage(browser, app.url, { forcedColors: 'active', reducedMotion: 'reduce' });
    await page.goto('/spots/eiffel-tower/1900');
    await listening(page);
    const slider = page.getByRole('slider', { name: 'Position in the film' });
    const width = (await slider.boundingBox())?.width ?? Number.NaN;
    const drawn = await page.evaluate(pixelsDrawn, (await slider.screenshot()).toString('base64'));
    // The line all the way, and the handle on it.
    expect(drawn).toBeGreaterThan(width);
    await page.context().close();
  });
});

/** Runs in the page. */
function hasPicture(video: HTMLVideoElement | SVGElement | HTMLElement): boolean {
  return video instanceof HTMLVideoElement && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
}

/** Runs in the page. How many pixels of a picture are not as its first. */
async function pixelsDrawn(png: string): Promise<number> {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
  if (!canvas) throw new Error('There is nothing to draw on.');
  canvas.drawImage(picture, 0, 0);
  const pixels = new Uint32Array(canvas.getImageData(0, 0, picture.width, picture.height).data.buffer);
  return pixels.filter((pixel) => pixel !== pixels[0]).length;
}

/** The middle of the mark of an era. */
async function pointOf(page: Page, period: string): Promise<{ x: number; y: number }> {
  const line = await page.locator('.scrubber .line').boundingBox();
  const mark = await page.locator('.scrubber li', { hasText: period }).locator('svg').boundingBox();
  if (!line || !mark) throw new Error(`There is no ${period} on the line.`);
  return { x: mark.x + mark.width / 2, y: line.y + line.height / 2 };
}

/** How far the picture is wiped from 1888 to 1900, in percent. */
async function wiped(page: Page): Promise<number> {
  const text = await page.getByRole('slider', { name: 'Time' }).getAttribute('aria-valuetext');
  return Number(/^(\d+) percent from 1888 to 1900$/.exec(text ?? '')?.[1] ?? Number.NaN);
}
