import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxOptions } from '#lib/sandbox/dashscope/world/types.ts';
import {
  findChromium,
  launchChromium,
  listening,
  openPage,
  openTab,
  WITHOUT_CHROMIUM,
} from '../../fixtures/app/browser.ts';
import { makeVideo, orderVideo, type RunningApp, startApp, viewOf } from '../../fixtures/app/built-app.ts';
import { tellOnly, tellVideo } from '../../fixtures/app/told-page.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
const PATIENT = { timeout: 120_000 };
/** So tall that every page is in sight as a whole. */
const TALL = { viewport: { width: 1280, height: 8000 } };

describe.skipIf(chromium === undefined)(`pages while jobs run (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
  });
  afterAll(() => browser?.close());

  it('stand still while films are ordered in another tab, saved, and failed', { timeout: 5 * MINUTE_MS }, async () => {
    const app = await anApp({ taskDurationMs: 4000 });
    app.sandbox.script({ fault: 'task-failed', match: { prompt: 'Petra' } });
    app.sandbox.script({ fault: 'slow', bytesPerSecond: 60_000, match: { prompt: 'Rialto' } });
    const first = await openPage(browser, app.url, TALL);
    const rialto = await openTab(first, app.url);
    const petra = await openTab(first, app.url);
    const downloads = await openTab(first, app.url);
    await visit(first.page, '/');
    await visit(rialto.page, '/spots/rialto-bridge/today');
    await visit(petra.page, '/spots/petra/today');
    await visit(downloads.page, '/downloads');

    const ordering = await openTab(first, app.url);
    for (const path of ['/spots/petra/today', '/spots/rialto-bridge/today']) {
      await visit(ordering.page, path);
      await generateButton(ordering.page).click();
      await inStage(ordering.page)
        .getByText(/so far/)
        .waitFor();
    }
    await first.page.getByText(/^1 of \d+ films made, 1 failed/).waitFor();
    await inStage(rialto.page).locator('video').waitFor();
    await inStage(petra.page).getByText('It failed.').waitFor();
    const rows = rowsOf(downloads.page, 'Now');
    expect(await rows.getByRole('heading').allTextContents()).toEqual(['Petra Treasury', 'Rialto Bridge']);
    await rows.filter({ hasText: 'Rialto' }).getByRole('link', { name: 'Watch' }).waitFor();
    await rows.filter({ hasText: 'Petra' }).getByRole('button', { name: /about/ }).waitFor();
    for (const tab of [first, rialto, petra, downloads]) expect(await tab.layoutShifts()).toEqual([]);
    await first.page.context().close();
  });

  it('give a job its place anew only on the next visit, or when asked', { timeout: 3 * MINUTE_MS }, async () => {
    const app = await anApp({ taskDurationMs: 200 });
    await makeVideo(app, 'eiffel-tower/1900');
    app.sandbox.script({ fault: 'never-finishes', times: 3 });
    await orderVideo(app, 'colosseum/today');
    const { page, layoutShifts } = await openPage(browser, app.url, TALL);
    await visit(page, '/downloads');
    const headings = () => rowsOf(page, 'Now').getByRole('heading').allTextContents();
    expect(await headings()).toEqual(['Colosseum']);
    await orderVideo(app, 'petra/today');
    await orderVideo(app, 'london-bridge/today');
    await page.getByRole('button', { name: /^Show 2 more/ }).waitFor();
    expect(await headings()).toEqual(['Colosseum']);
    expect(await layoutShifts()).toEqual([]);

    await page.getByRole('button', { name: /^Show 2 more/ }).click();
    expect((await headings()).toSorted()).toEqual(['Colosseum', 'London Bridge', 'Petra Treasury']);
    await fetch(`${app.url}/api/videos/colosseum/today`, { method: 'DELETE' });
    await rowsOf(page, 'Now').getByText('Cancelled; the provider may charge for it.').waitFor();
    await page.reload();
    await rowsOf(page, 'Stopped before').filter({ hasText: 'Colosseum' }).waitFor();
    expect((await headings()).toSorted()).toEqual(['London Bridge', 'Petra Treasury']);
    await page.context().close();
  });

  it.each([
    ['the empty gallery', '/', (page: Page) => page.locator('main header').first().getByRole('button')],
    ['the page of a place', '/spots/petra/today', generateButton],
  ])('stand still when the server takes its time with an order: %s', async (_name, path, button) => {
    const app = await anApp({ taskDurationMs: 300 });
    const { page, layoutShifts } = await openPage(browser, app.url, TALL);
    await visit(page, path);
    // So long after the click that nobody takes what follows for its doing.
    await page.route('**/api/videos/*/*', async (route) => {
      await new Promise((done) => setTimeout(done, 900));
      await route.continue();
    });
    await button(page).click();
    await (path === '/' ? page.getByText(/^1 of \d+ films made/) : inStage(page).locator('video')).waitFor();
    expect(await layoutShifts()).toEqual([]);
    await page.context().close();
  });

  it('stand still when the server goes away and comes back', async () => {
    const app = await anApp({ taskDurationMs: 300 });
    const { page, layoutShifts } = await openPage(browser, app.url, TALL);
    await visit(page, '/');
    await app.kill();
    await page.getByText('The server is not responding.').waitFor();
    await app.restart();
    await page.getByText('The server is not responding.').waitFor({ state: 'hidden' });
    expect(await layoutShifts()).toEqual([]);
    await page.context().close();
  });

  it('take no press on a button that has just come where another one stood', async () => {
    const app = await anApp({ taskDurationMs: 300 });
    const { page } = await openPage(browser, app.url);
    await tellOnly(page);
    await visit(page, '/spots/petra/today');
    const orders: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && orders.push(request.url()));
    const view = await viewOf(app, 'petra/today');
    await tellVideo(page, { ...view, state: 'generating' });
    await inStage(page)
      .getByRole('button', { name: /^Cancel/, disabled: false })
      .waitFor();
    // The very moment a hand comes down on "Cancel", "Generate" stands there, which costs.
    await tellVideo(page, {
      ...view,
      state: 'failed',
      problem: { code: 'network', message: 'Gone.', retryable: true },
    });
    const again = inStage(page).getByRole('button', { name: /^Generate/ });
    await again.dispatchEvent('click');
    expect(orders).toEqual([]);
    await again.click();
    await expect.poll(() => orders.length, PATIENT).toBe(1);
    await page.context().close();
  });
});

async function anApp(sandbox: SandboxOptions): Promise<RunningApp> {
  const app = await startApp({ sandbox });
  onTestFinished(() => app.stop());
  return app;
}

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await listening(page);
}

function inStage(page: Page): Locator {
  return page.locator('.stage .seen');
}

function generateButton(page: Page): Locator {
  return inStage(page).getByRole('button', { name: /^Generate/ });
}

function rowsOf(page: Page, section: string): Locator {
  return page.getByRole('region', { name: section }).getByRole('listitem');
}
