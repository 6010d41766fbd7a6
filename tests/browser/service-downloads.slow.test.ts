import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { downloadShelf } from '../fixtures/openai-videos/download-shelf.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
vi.setConfig({ testTimeout: MINUTE_MS });
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1440, height: 900 };
const FILM = 'eiffel-tower/1900';
const SECTION = 'Finished videos of other services';

describe.skipIf(chromium === undefined)(`finished videos of other services (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 100 }, env: { REELKEEP_PICTURES: '1' } });
    await makeVideo(app, FILM);
    await downloadShelf(app);
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function visit(options: BrowserContextOptions = {}) {
    const visitor = await openPage(browser, app.url, { reducedMotion: 'reduce', ...options });
    await visitor.page.goto('/downloads');
    await listening(visitor.page);
    return visitor;
  }

  it('are listed, with what each service deletes soon at the top and in words', async () => {
    const { page, problems } = await visit();
    const section = page.getByRole('region', { name: SECTION });
    await section.getByText('2 downloads expire in under 10 minutes').waitFor();
    const rows = section.getByRole('listitem');
    expect(await rows.locator('h3').allTextContents()).toEqual([
      ...['video_soon-2', 'video_soon-1', 'video_later'],
      ...[expect.stringMatching(/^video_/), expect.stringMatching(/^video_/)],
      ...['video_broken', 'video_over'],
    ]);
    await rows
      .nth(0)
      .getByText(/left to save it$/)
      .waitFor();
    await rows.nth(0).getByText('The last try failed, another follows. The server answered 503.').waitFor();
    await rows.nth(2).getByText('Waiting for its turn').waitFor();
    await rows.nth(6).getByText('Download window expired').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('have Download in each finished row, which brings the whole film', async () => {
    const { page } = await visit();
    const finished = page
      .getByRole('region', { name: SECTION })
      .getByRole('listitem')
      .filter({ hasText: 'Saved, version 1' });
    await expect.poll(() => finished.count()).toBe(2);
    for (const row of await finished.all()) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        row.getByRole('link', { name: /^Download video_/ }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(/^video_.*_V1\.mp4$/);
      const { size } = await (await fetch(download.url())).blob();
      expect(size).toBeGreaterThan(50_000);
    }
    await expect.poll(() => page.getByRole('link', { name: /^Download \S/ }).count()).toBe(3);
    await page.context().close();
  });

  it.each([
    ['of another service', (page: Page) => page.getByRole('region', { name: SECTION })],
    ['of Wan', (page: Page) => page.getByRole('region', { name: 'Saved before' })],
  ])(
    'show the moments of a film %s under the pointer and by the arrow keys, and load no film for it',
    async (_of, listOf) => {
      const { page, problems } = await visit();
      const films: string[] = [];
      page.on('request', (request) => request.url().includes('.mp4') && films.push(request.url()));
      const picture = listOf(page).locator('.scrub').first();
      await picture.scrollIntoViewIfNeeded();
      const { x, y, width, height } = (await picture.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      expect(Math.round((width / height) * 9)).toBe(16);
      const moments = [];
      for (const share of [0.05, 0.5, 0.95]) {
        await page.mouse.move(x + width * share, y + height / 2);
        moments.push(await momentIn(picture));
      }
      expect(new Set(moments).size).toBe(3);
      await page.mouse.move(0, 0);
      expect(await picture.locator('.tile').count()).toBe(0);
      expect(await picture.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);

      const slider = picture.getByRole('slider', { name: /^Preview of / });
      await slider.focus();
      await page.keyboard.press('ArrowRight');
      const first = await momentIn(picture);
      await page.keyboard.press('End');
      expect(await momentIn(picture)).not.toBe(first);
      expect(await slider.getAttribute('aria-valuetext')).toBe('100 percent');
      await slider.blur();
      expect(await picture.locator('.tile').count()).toBe(0);
      expect(films).toEqual([]);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it.each([
    ['phone', 'light', PHONE],
    ['phone', 'dark', PHONE],
    ['desk', 'light', DESK],
    ['desk', 'dark', DESK],
  ] as const)('have nothing that axe finds wrong, and fit: %s, %s', async (_screen, colorScheme, viewport) => {
    const { page } = await visit({ viewport, colorScheme });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>(
      'axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } })',
    );
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('  ')}`)).toEqual([]);
    expect(await page.evaluate(() => document.body.scrollWidth - document.body.clientWidth)).toBe(0);
    await page.context().close();
  });

  it('leave no hole in a row on a phone', async () => {
    const { page } = await visit({ viewport: PHONE });
    const rows = await page.getByRole('listitem').all();
    const holes = await Promise.all(rows.map((row) => row.evaluate(largestHoleOf)));
    expect(holes).toHaveLength(8);
    // Between two lines of a row that may still change: a line of text, and the button that may come.
    expect(Math.max(...holes)).toBeLessThan(64);
    await page.context().close();
  });

  it('stand still when the page looks again, and say what has changed', async () => {
    const { page, layoutShifts } = await visit();
    await page.getByRole('region', { name: SECTION }).scrollIntoViewIfNeeded();
    await layoutShifts();
    await page.waitForResponse(/\/api\/downloads\/status/);
    expect(await layoutShifts()).toEqual([]);
    const row = page.getByRole('listitem').filter({ hasText: 'video_broken' });
    await row.getByRole('button', { name: 'Try again video_broken' }).click();
    await row.getByText(/Waiting for its turn|another follows/).waitFor();
    await page.context().close();
  });
});

/** Which part of its sprite sheet a picture shows. */
async function momentIn(picture: Locator): Promise<string> {
  const tile = picture.locator('.tile');
  await tile.waitFor();
  return tile.evaluate((element) => getComputedStyle(element).backgroundPosition);
}

/** Runs in the page: the tallest stretch of a row with nothing in it. */
function largestHoleOf(row: Element): number {
  const hasText = ({ childNodes }: Element) =>
    [...childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent?.trim());
  const leaves = [...row.querySelectorAll('*')].filter(
    (one) => (one.childElementCount === 0 || hasText(one)) && one.getBoundingClientRect().height > 1,
  );
  const spans = leaves.map((one) => one.getBoundingClientRect()).sort((a, b) => a.top - b.top);
  let [bottom, hole] = [row.getBoundingClientRect().top, 0];
  for (const span of spans) {
    hole = Math.max(hole, span.top - bottom);
    bottom = Math.max(bottom, span.bottom);
  }
  return Math.max(hole, row.getBoundingClientRect().bottom - bottom);
}
