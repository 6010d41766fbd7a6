import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../../fixtures/app/browser.ts';
import { type RunningApp, startApp } from '../../fixtures/app/built-app.ts';
import { filmRecords } from '../../fixtures/records/film-records.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;

describe.skipIf(chromium === undefined)(`pages of 5,000 films (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ records: filmRecords(5000) });
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const cards = (page: Page) => page.getByRole('heading', { level: 3, name: /^place-\d+$/ });
  const names = async (page: Page) => (await cards(page).allTextContents()).map((name) => name.trim());
  const expected = (count: number) => Array.from({ length: count }, (_, index) => `place-${index}`);

  it('load on as one scrolls, each film once, and nothing jumps', { timeout: 3 * MINUTE_MS }, async () => {
    const { page, problems, layoutShifts } = await openPage(browser, app.url);
    await page.goto('/');
    await listening(page);
    expect(await names(page)).toEqual(expected(24));
    for (const count of [48, 72]) {
      await page.getByRole('link', { name: 'More films' }).scrollIntoViewIfNeeded();
      await expect.poll(() => cards(page).count(), { timeout: MINUTE_MS }).toBeGreaterThanOrEqual(count);
    }
    const shown = await names(page);
    expect(shown).toEqual(expected(shown.length));
    expect(shown.length).toBeLessThan(500);
    // The foot of the page gives way to what comes in above it.
    const shifts = (await layoutShifts()).filter((shift) => !shift.includes(' footer'));
    expect([problems, shifts]).toEqual([[], []]);
    await page.context().close();
  });

  it('go on with a link where there are no scripts', { timeout: MINUTE_MS }, async () => {
    const { page } = await openPage(browser, app.url, { javaScriptEnabled: false });
    await page.goto('/');
    await page.getByRole('link', { name: 'More films' }).click();
    await cards(page).filter({ hasText: 'place-47' }).waitFor();
    expect(await names(page)).toEqual(expected(48).slice(24));
    await page.context().close();
  });

  it('list the downloads part by part, too', { timeout: 3 * MINUTE_MS }, async () => {
    const { page } = await openPage(browser, app.url);
    await page.goto('/downloads');
    await listening(page);
    await page.getByText(/^\d+\sstopped, of 5000$/).waitFor();
    for (const count of [50, 100]) {
      await page.getByRole('link', { name: 'Show more' }).scrollIntoViewIfNeeded();
      await expect.poll(() => cards(page).count(), { timeout: MINUTE_MS }).toBeGreaterThanOrEqual(count);
    }
    const shown = await names(page);
    expect(shown).toEqual(expected(shown.length));
    await page.context().close();
  });

  it('tell of what changes in a part that was loaded later', { timeout: 3 * MINUTE_MS }, async () => {
    const { page } = await openPage(browser, app.url);
    await page.goto('/');
    await listening(page);
    await page.getByRole('link', { name: 'More films' }).scrollIntoViewIfNeeded();
    await cards(page).filter({ hasText: 'place-30' }).waitFor();
    const path = join(app.folder, 'records.json');
    const records: Array<Record<string, unknown>> = JSON.parse(readFileSync(path, 'utf8'));
    const change = { status: 'failed', errorCode: 'expired', error: 'Gone.' };
    writeFileSync(
      path,
      JSON.stringify(records.map((one) => (one.spotId === 'place-30' ? { ...one, ...change } : one))),
    );
    await page.getByRole('article').filter({ hasText: 'place-30' }).getByText('The result has expired').waitFor();
    await page.context().close();
  });
});
