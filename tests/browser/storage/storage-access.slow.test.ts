import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alive, findChromium, launchChromium, openPage, WITHOUT_CHROMIUM } from '../../fixtures/app/browser.ts';
import { type RunningApp, startApp } from '../../fixtures/app/built-app.ts';
import { FilmShelf } from '../../fixtures/scrape/film-shelf.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: MINUTE_MS });
const TOKEN = 'a-token-of-many-characters';

describe.skipIf(chromium === undefined)(`who may clean up (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let guarded: RunningApp;
  let open: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    guarded = await startApp({ env: { REELKEEP_ADMIN_TOKEN: TOKEN } });
    open = await startApp();
    for (const { folder } of [guarded, open]) {
      const shelf = await FilmShelf.in(folder);
      shelf.store('news/old', { daysAgo: 100 });
      shelf.write();
    }
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await guarded?.stop();
    await open?.stop();
  });

  const hasFilm = ({ folder }: RunningApp) => existsSync(join(folder, 'scraped-videos/news/old/video.mp4'));
  const cleanUp = (page: Page) => page.getByRole('region', { name: 'Clean up' });

  async function visit({ url }: RunningApp, extraHTTPHeaders: Record<string, string> = {}) {
    const visitor = await openPage(browser, url, { extraHTTPHeaders });
    await visitor.page.goto('/storage');
    await alive(visitor.page);
    return visitor;
  }

  it.each<[string, () => RunningApp, Record<string, string>, RegExp, number, number]>([
    ['the login to a stranger', () => guarded, {}, /need the admin token/, 401, 1],
    [
      'a setting where there is no token',
      () => open,
      { 'x-forwarded-for': '203.0.113.9' },
      /set REELKEEP_ADMIN_TOKEN/,
      403,
      0,
    ],
  ])('offers %s, and refuses a request', async (_what, app, headers, words, status, logins) => {
    const { page } = await visit(app(), headers);
    await cleanUp(page).getByText(words).waitFor();
    expect(await cleanUp(page).getByRole('link', { name: 'Log in' }).count()).toBe(logins);
    expect(await cleanUp(page).getByRole('button').count()).toBe(0);
    const answer = await page.evaluate(async () => {
      const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"keepPerChannel":0}' };
      const response = await fetch('/api/storage/clean-up', request);
      return { status: response.status, detail: (await response.json()).detail };
    });
    expect(answer).toEqual({ status, detail: expect.stringMatching(words) });
    expect(hasFilm(app())).toBe(true);
    await page.context().close();
  });

  it('offers the login where a session has ended between the dry run and the removal', async () => {
    const { page } = await openPage(browser, guarded.url);
    await page.goto('/login');
    await alive(page);
    await page.getByLabel('Admin token').fill(TOKEN);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('You are logged in').waitFor();
    await page.goto('/storage');
    await alive(page);
    await cleanUp(page).getByRole('button', { name: 'Show what would go' }).click();
    await cleanUp(page)
      .getByRole('button', { name: /^Remove 1/ })
      .waitFor();
    await page.context().clearCookies();
    await cleanUp(page)
      .getByRole('button', { name: /^Remove 1/ })
      .click();
    const reason = cleanUp(page).getByText(/need the admin token/);
    await reason.waitFor();
    await expect.poll(() => reason.evaluate((node) => node === document.activeElement)).toBe(true);
    await cleanUp(page).getByRole('link', { name: 'Log in' }).click();
    await page.waitForURL('**/login');
    expect(hasFilm(guarded)).toBe(true);
    await page.context().close();
  });
});
