import { existsSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alive, findChromium, launchChromium, openPage, WITHOUT_CHROMIUM } from '../../fixtures/app/browser.ts';
import { type RunningApp, startApp } from '../../fixtures/app/built-app.ts';
import { FilmShelf } from '../../fixtures/scrape/film-shelf.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
const STARTED_AT = '2026-11-30T10:00:00.000Z';

// One after another: each begins with what the one before has left.
describe.skipIf(chromium === undefined)(`the storage page (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;
  let shelf: FilmShelf;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ env: { REELKEEP_STORAGE_USD_PER_GB: '1000' } });
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function visit(options = {}, path = '/storage') {
    const visitor = await openPage(browser, app.url, options);
    await visitor.page.goto(path);
    await alive(visitor.page);
    return visitor;
  }

  it('says how to begin while nothing is stored', async () => {
    const { page, problems } = await visit();
    await page.getByRole('navigation').getByRole('link', { name: 'Storage', exact: true }).waitFor();
    await page.getByText('npm run scrape -- https://').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('shows usage, growth and cost, with numbers for those who see no chart', async () => {
    shelf = await FilmShelf.in(app.folder);
    shelf.store('news/old', { daysAgo: 100 });
    shelf.store('news/new', { daysAgo: 1 });
    shelf.store('city/odd', { daysAgo: 2, download_plays_everywhere: false, download_video_codec: 'av01.0.08M.08' });
    shelf.add('city/lost', {
      ...{ download_status: 'failed', download_error: 'This video is private.', download_error_code: 'rejected' },
    });
    shelf.add('city/live', {
      ...{ title: 'Ships', download_status: 'downloading', processing_jobs: [job({ bytesReceived: 1e6 })] },
      lease: { owner: 'another', fence: 1, expiresAt: new Date(Date.now() + 60 * MINUTE_MS).toISOString() },
    });
    shelf.write();
    const { page } = await visit();
    const channels = page.getByRole('region', { name: 'By channel' });
    const news = channels.getByRole('row').filter({ hasText: 'news' });
    expect(await news.getByRole('cell').first().textContent()).toBe('2');
    expect(await news.getByRole('cell').last().textContent()).toMatch(/^\$\d/);
    expect(await page.getByRole('img', { name: /^Line: from nothing on/ }).count()).toBe(1);
    await page.getByText('Day by day').click();
    expect(await page.getByRole('region', { name: 'Growth, day by day' }).getByRole('row').count()).toBe(4);
    await page.context().close();
  });

  it.each([
    ['light', { width: 360, height: 740 }],
    ['dark', { width: 1440, height: 900 }],
  ] as const)('has nothing that axe finds wrong in the %s, and fits on %j', async (colorScheme, viewport) => {
    const { page, problems } = await visit({ colorScheme, viewport });
    await page.getByRole('button', { name: 'Show what would go' }).click();
    await page.getByRole('button', { name: /^Remove 1/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('finds films by text, channel and state, and keeps that in the address', async () => {
    const { page } = await visit();
    const titles = () =>
      page.getByRole('region', { name: 'Films' }).getByRole('heading', { level: 3 }).allTextContents();
    expect(await titles()).toHaveLength(5);
    await page.getByLabel('Title, id or address').fill('ODD');
    await expect.poll(titles).toEqual(['The film odd']);
    await page.getByText('Not every browser plays this format').waitFor();
    await page.getByLabel('Title, id or address').fill('');
    await page.getByLabel('State').selectOption('failed');
    await expect.poll(titles).toEqual(['city/lost']);
    await page.getByText('This video is private.').waitFor();
    await page.reload();
    expect(await titles()).toEqual(['city/lost']);
    await page.context().close();
  });

  it('plays a film with its poster, by keyboard alone', async () => {
    const { page, problems } = await visit({}, '/storage?text=old');
    await page.getByRole('link', { name: 'Play The film old' }).focus();
    await page.keyboard.press('Enter');
    const player = page.getByRole('dialog').locator('video');
    await expect.poll(() => player.evaluate((film: HTMLVideoElement) => film.currentTime)).toBeGreaterThan(0);
    const poster = await fetch(app.url + (await player.getAttribute('poster')));
    expect([poster.status, poster.headers.get('content-type')]).toEqual([200, 'image/webp']);
    await page.keyboard.press('Escape');
    await player.waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('follows a download of another process to its end, and moves nothing', async () => {
    const { page, layoutShifts } = await visit();
    const row = page.getByRole('region', { name: 'Downloads under way' }).getByRole('listitem');
    await row.getByText('Downloading, 1.0 MB so far').waitFor();
    shelf.change('city/live', { processing_jobs: [job({ bytesReceived: 2e6, bytesTotal: 4e6 })] });
    shelf.write();
    await row.getByText('Downloading, 2.0 of 4.0 MB').waitFor();
    expect(await row.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50');
    const { stored, ...rest } = { ...shelf.records.find(({ videoId }) => videoId === 'new') };
    shelf.change('city/live', {
      ...rest,
      channelId: 'city',
      videoId: 'live',
      title: 'Ships',
      lease: undefined,
      stored,
    });
    shelf.write();
    await row.getByText(/^Stored on/).waitFor();
    expect(await layoutShifts()).toEqual([]);
    await page.getByRole('button', { name: /^Update the page: 1/ }).click();
    await page.getByText('Nothing is under way.').waitFor();
    await page.context().close();
  });

  it('removes only what it has shown, and only once that is confirmed', async () => {
    const fileOf = (key: string) => existsSync(join(app.folder, 'scraped-videos', key, 'video.mp4'));
    const { page } = await visit();
    await page.getByRole('radio', { name: 'Films stored more than' }).check();
    await page.getByRole('spinbutton', { name: /days ago/ }).fill('50');
    await page.getByRole('button', { name: 'Show what would go' }).click();
    const listed = page.getByRole('region', { name: 'What would go' });
    await listed.getByText('The film old').waitFor();
    expect(await listed.getByRole('listitem').count()).toBe(1);
    expect(fileOf('news/old')).toBe(true);
    await page.getByRole('spinbutton', { name: /days ago/ }).fill('60');
    await listed.waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Remove 1/ }).click();
    await page.getByText(/^1\sfilm removed/).waitFor();
    expect([fileOf('news/old'), fileOf('news/new')]).toEqual([false, true]);
    await page.context().close();
  });
});

function job(more: { bytesReceived: number; bytesTotal?: number }) {
  return { ...({ attempt: 1, status: 'running', stage: 'downloading', startedAt: STARTED_AT } as const), ...more };
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('  ')}`);
}
