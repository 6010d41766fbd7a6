import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, openPage, WITHOUT_CHROMIUM } from '../../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp } from '../../fixtures/app/built-app.ts';
import { slowLine } from '../../fixtures/app/slow-line.ts';

const chromium = findChromium();
const title = `a page that comes slowly (${chromium ?? WITHOUT_CHROMIUM})`;
const MINUTE_MS = 60_000;
const PATHS = ['/', '/spots/eiffel-tower/1900', '/spots/petra/today', '/downloads', '/login', '/nowhere'];

describe.skipIf(chromium === undefined)(title, () => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 200 } });
    await makeVideo(app, 'eiffel-tower/1900');
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it.each(PATHS)('does not move while it comes in pieces: %s', async (path) => {
    const line = await slowLine(app.url, { pieces: 50, stylesLateMs: 0 });
    const { page, layoutShifts } = await openPage(browser, line, { viewport: { width: 1440, height: 6000 } });
    await page.goto(path);
    expect(await layoutShifts()).toEqual([]);
    await page.context().close();
  });

  it.each(PATHS)('does not fade from what it was without its styles: %s', async (path) => {
    const line = await slowLine(app.url, { pieces: 1, stylesLateMs: 500 });
    const { page, layoutShifts } = await openPage(browser, line);
    await page.addInitScript(() => {
      const faded = new Set<string>();
      document.addEventListener('transitionrun', ({ target, propertyName }) => {
        if (target instanceof Element) faded.add(`${target.tagName} ${target.className} ${propertyName}`);
      });
      Object.assign(window, { faded });
      // Browsers now and then look at a page before its styles are there; here, each time.
      const look = () => document.body?.getBoundingClientRect();
      new MutationObserver(look).observe(document, { subtree: true, childList: true });
    });
    await page.goto(path);
    expect(await layoutShifts()).toEqual([]);
    expect(await page.evaluate(() => [...Reflect.get(window, 'faded')])).toEqual([]);
    await page.context().close();
  });
});
