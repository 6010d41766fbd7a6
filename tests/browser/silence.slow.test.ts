import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alive,
  findChromium,
  launchChromium,
  listening,
  openPage,
  openTab,
  WITHOUT_CHROMIUM,
} from '../fixtures/app/browser.ts';
import { orderVideo, type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { fallSilent, tellOnly } from '../fixtures/app/told-page.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
const EVENTS = '**/api/videos/events';

describe.skipIf(chromium === undefined)(`pages that hear nothing (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 500 } });
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('see a film become ready also where a proxy never answers the stream', { timeout: MINUTE_MS }, async () => {
    const { page } = await openPage(browser, app.url);
    await page.route(EVENTS, () => {});
    await page.goto('/spots/petra/today');
    await alive(page);
    await page
      .locator('.stage')
      .getByRole('button', { name: /^Generate/ })
      .click();
    await page.locator('.stage .seen video').waitFor();
    expect(await page.locator('main').getAttribute('data-link')).toBe('polling');
    await page.context().close();
  });

  it('share one stream, however many windows are in sight', { timeout: 2 * MINUTE_MS }, async () => {
    const first = await openPage(browser, app.url);
    let streams = 0;
    first.page.context().on('request', (request) => {
      if (request.url().endsWith('/api/videos/events')) streams += 1;
    });
    const tabs = [first];
    while (tabs.length < 8) tabs.push(await openTab(first, app.url));
    for (const { page } of tabs) {
      await page.goto('/spots/rialto-bridge/today');
      await listening(page);
    }
    expect(streams).toBe(1);
    await Promise.all(tabs.map(({ page }) => page.evaluate(noteWords)));
    await orderVideo(app, 'rialto-bridge/today');
    await Promise.all(tabs.map(({ page }) => page.locator('.stage .seen video').waitFor()));
    // All are told, so they agree; who only asked from time to time would have missed this one.
    for (const { page } of tabs) expect(await page.evaluate(wordsNoted)).toMatch(/so far|Saving|Checking/);

    await first.page.close();
    await expect.poll(() => streams).toBe(2);
    await orderVideo(app, 'rialto-bridge/1500');
    await tabs.at(-1)?.page.getByRole('banner').getByText('under way').waitFor({ state: 'attached' });
    expect(tabs.flatMap(({ problems }) => problems)).toEqual([]);
    await tabs.at(-1)?.page.context().close();
  });

  it('tell how old they are, from the last heartbeat on', { timeout: MINUTE_MS }, async () => {
    // No name of this machine, so that a browser with no network is away from its server; its stream stays open.
    const { page } = await openPage(browser, app.url.replace('127.0.0.1', 'reelkeep.localhost'));
    await page.clock.install();
    await tellOnly(page);
    await page.goto('/');
    await page.clock.runFor(1000);
    await listening(page);
    await page.clock.runFor(10 * MINUTE_MS);
    await page.context().setOffline(true);
    await page.getByText('You are offline.').waitFor();
    await fallSilent(page);
    const age = page.getByText(/What you see is/);
    await page.clock.runFor(1000);
    expect(await age.textContent()).toMatch(/is \d{1,2}\ss old/);
    await page.clock.runFor(30_000);
    expect(await age.textContent()).toMatch(/is [34]\d\ss old/);
    await page.context().close();
  });
});

/** In the page: keeps every word that the stage has ever said, since a busy machine may look too late for some. */
function noteWords(): void {
  const words: string[] = [];
  Object.assign(globalThis, { words });
  const note = () => words.push(document.querySelector('.stage .seen')?.textContent ?? '');
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
}

function wordsNoted(): string {
  return String(Reflect.get(globalThis, 'words'));
}
