import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alive,
  findChromium,
  launchChromium,
  listening,
  openPage,
  WITHOUT_CHROMIUM,
} from '../../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp } from '../../fixtures/app/built-app.ts';
import { fallSilent, tellOnly } from '../../fixtures/app/told-page.ts';

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

  it('close their stream while hidden, and show what happened meanwhile once seen', {
    timeout: MINUTE_MS,
  }, async () => {
    const { page } = await openPage(browser, app.url);
    let streams = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/api/videos/events')) streams += 1;
    });
    await page.goto('/spots/rialto-bridge/today');
    await listening(page);
    const closed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/videos/events'));
    await page.evaluate(become, 'hidden');
    await closed;
    await makeVideo(app, 'rialto-bridge/today');
    expect(await page.locator('.stage .seen video').count()).toBe(0);
    await page.evaluate(become, 'visible');
    await page.locator('.stage .seen video').waitFor();
    expect(streams).toBe(2);
    expect(await page.locator('main').getAttribute('data-link')).toBe('live');
    await page.context().close();
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

/** In the page: as if its tab had been switched away from, or back to. */
function become(state: string): void {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}
