import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alive, findChromium, launchChromium, openPage } from '../../fixtures/app/browser.ts';
import { type RunningApp, startApp } from '../../fixtures/app/built-app.ts';
import { pictureNames } from '../../fixtures/media/fake-draw.ts';
import { filmUpload, MediaWorld } from '../../fixtures/media/media-world.ts';
import { describeWithFfmpeg } from '../../fixtures/pictures/films.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: MINUTE_MS });

const withBrowser = chromium === undefined ? describe.skip : describeWithFfmpeg;

withBrowser('the pictures of films on the media page', () => {
  let browser: Browser;
  let app: RunningApp;
  let media: MediaWorld;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 500 }, env: { REELKEEP_PICTURES: '1' } });
    media = new MediaWorld(app.folder);
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function visit(options: BrowserContextOptions = {}) {
    const visitor = await openPage(browser, app.url, options);
    await visitor.page.goto('/media?project=first');
    await alive(visitor.page);
    return visitor;
  }

  it('come to a page by themselves once they are made, beside their film', async () => {
    const { page, problems } = await visit();
    await page.getByLabel('Film files').setInputFiles(await filmUpload('quay.mp4'));
    await posterIn(page, 'quay.mp4').waitFor();
    expect(media.films('first')).toEqual(['quay.mp4', ...pictureNames('quay.mp4')]);
    await page.reload();
    await alive(page);
    const width = await posterIn(page, 'quay.mp4').evaluate((image: HTMLImageElement) =>
      image.decode().then(() => image.naturalWidth),
    );
    expect(width).toBe(640);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('that are lost are replaced by a frame of the film', async () => {
    const { page } = await openPage(browser, app.url);
    await page.route('**/media/pictures/**', (route) => route.fulfill({ status: 404 }));
    await page.goto('/media?project=first');
    await alive(page);
    await rowOf(page, 'quay.mp4').scrollIntoViewIfNeeded();
    await rowOf(page, 'quay.mp4').locator('canvas.drawn').waitFor();
    await page.context().close();
  });

  it('show the moments of a film by pointer and by keyboard, and what was made at fal has some, too', async () => {
    const { page, problems } = await visit();
    await page.getByLabel('Prompt').fill('A harbour at dawn.');
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    const made = page.getByRole('listitem').filter({ hasText: 'AI-Video' });
    await made.locator('.scrub img').waitFor();
    const scrub = page.getByRole('slider', { name: 'Preview of quay.mp4' });
    await scrub.hover();
    await rowOf(page, 'quay.mp4').locator('.moment .tile').waitFor();
    await page.mouse.move(0, 0);
    await scrub.focus();
    await page.keyboard.press('ArrowRight');
    await rowOf(page, 'quay.mp4').locator('.moment .tile').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['light', { width: 360, height: 740 }],
    ['dark', { width: 1280, height: 900 }],
  ] as const)('have nothing that axe finds wrong in the %s, and fit on %j', async (colorScheme, viewport) => {
    const { page, problems } = await visit({ colorScheme, viewport, reducedMotion: 'reduce' });
    await posterIn(page, 'quay.mp4').scrollIntoViewIfNeeded();
    await page.evaluate(axe.source);
    const found = await page.evaluate<axe.AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('  ')}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

const rowOf = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

const posterIn = (page: Page, name: string) => rowOf(page, name).getByRole('img', { name, exact: true });
