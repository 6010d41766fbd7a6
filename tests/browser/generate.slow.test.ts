import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  findChromium,
  launchChromium,
  listening,
  openPage,
  openTab,
  type WatchedPage,
  WITHOUT_CHROMIUM,
} from '../fixtures/app/browser.ts';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: MINUTE_MS });
const PATIENT = { timeout: 120_000 };

describe.skipIf(chromium === undefined)(`generating from the page (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;
  let visitor: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 2500 } });
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });
  beforeEach(async () => {
    visitor = await openPage(browser, app.url);
    page = visitor.page;
  });
  afterEach(async () => {
    await page.context().close();
    expect(visitor.problems).toEqual([]);
  });

  const stage = () => page.locator('.stage .seen');
  const film = () => page.locator('.stage .seen video');
  const question = () => page.getByRole('dialog');
  const generate = () => stage().getByRole('button', { name: /^Generate/ });

  /** A task that runs until the test has seen it run, however slow this machine is. */
  function hold(prompt: string): () => Promise<void> {
    app.sandbox.script({ fault: 'never-finishes', match: { prompt } });
    // The page offers to cancel before the order has arrived.
    return () => expect.poll(() => app.sandbox.letFinish(prompt), PATIENT).toBe(1);
  }

  async function open(key: string): Promise<void> {
    await page.goto(`/spots/${key}`);
    await listening(page);
  }

  it('goes from a price on a button to a film that plays and can be sought, and nothing jumps', async () => {
    const letFinish = hold('Colosseum');
    await open('colosseum/today');
    expect(await generate().textContent()).toContain('about $0.50');
    await generate().click();
    await stage()
      .getByText(/^Generating.* so far/)
      .waitFor();
    await letFinish();
    await film().waitFor();
    expect(await visitor.layoutShifts()).toEqual([]);

    await expect
      .poll(() => film().evaluate((video: HTMLVideoElement) => video.currentTime), PATIENT)
      .toBeGreaterThan(0.5);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('slider', { name: 'Position in the film' }).fill('3');
    await expect
      .poll(() => film().evaluate((video: HTMLVideoElement) => (video.seeking ? 0 : video.currentTime)), PATIENT)
      .toBeCloseTo(3, 1);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect
      .poll(() => film().evaluate((video: HTMLVideoElement) => video.currentTime), PATIENT)
      .toBeGreaterThan(3.2);
  });

  it('goes on over a reload', async () => {
    const letFinish = hold('Parthenon');
    await open('parthenon/today');
    await generate().click();
    await stage()
      .getByText(/Generating/)
      .waitFor();
    await page.reload();
    await stage()
      .getByText(/Generating/)
      .waitFor();
    await letFinish();
    await film().waitFor();
    expect(app.sandbox.submissions().filter(({ prompt }) => prompt.includes('Parthenon'))).toHaveLength(1);
  });

  it('shows the same in two tabs, and in the gallery', async () => {
    const letFinish = hold('Machu Picchu');
    await open('machu-picchu/today');
    const gallery = await openTab(visitor, app.url);
    await gallery.page.goto('/');
    await listening(gallery.page);
    const card = gallery.page.locator('article', { hasText: 'Machu Picchu' });
    await card.getByText('2020s', { exact: true }).click();
    await generate().click();
    for (const tab of [card, stage()]) await tab.getByText(/Generating/).waitFor();
    await letFinish();
    await film().waitFor();
    await card.locator('.still').waitFor();
    expect(gallery.problems).toEqual([]);
  });

  it('says why it failed, and tries again at the press of a button', async () => {
    app.sandbox.script({ fault: 'task-failed', match: { prompt: 'London Bridge' } });
    await open('london-bridge/today');
    await generate().click();
    await stage().getByText('It failed.').waitFor();
    const again = stage().getByRole('button', { name: /^Generate/ });
    await again.click();
    const confirm = question().getByRole('button', { name: /^(Buy|Order)/ });
    await confirm
      .or(film())
      .or(stage().getByText(/Sending|Waiting|Generating/))
      .first()
      .waitFor();
    if (await confirm.isVisible()) await confirm.click();
    await film().waitFor();
  });

  it('asks before it cancels, and before it pays again', async () => {
    const letFinish = hold('Rialto');
    app.sandbox.script({ fault: 'slow', bytesPerSecond: 25_000, match: { prompt: 'Rialto' } });
    await open('rialto-bridge/today');
    await generate().click();
    await stage()
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await question().waitFor();
    await letFinish();
    // News of the same video must not take the question away.
    await stage()
      .getByText(/^Saving/)
      .waitFor();
    await question().getByRole('button', { name: 'Keep going' }).click();
    await film().waitFor();
    const before = app.sandbox.counts().accepted;
    await page.getByRole('button', { name: /^Generate .* again/ }).click();
    await page.getByText('This buys a new video for about $0.50.').waitFor();
    expect(app.sandbox.counts().accepted).toBe(before);
    const source = await film().getAttribute('src');
    await page.getByRole('button', { name: /^Buy .* again, about \$0\.50$/ }).click();
    await expect.poll(() => app.sandbox.counts().accepted, PATIENT).toBe(before + 1);
    // The film that is there stays until its successor is.
    expect(await film().getAttribute('src')).toBe(source);
    await expect.poll(() => film().getAttribute('src'), PATIENT).not.toBe(source);
  });

  it('cancels, says that it may cost all the same, and takes it up again for nothing', async () => {
    const letFinish = hold('Nihonbashi');
    await open('nihonbashi/today');
    await generate().click();
    await stage()
      .getByText(/^Generating.* so far/)
      .waitFor();
    await stage()
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await question().getByRole('button', { name: 'Cancel it' }).click();
    await stage().getByText('Cancelled; the provider may charge for it.').waitFor();
    expect(await page.locator('.under .era p').isVisible()).toBe(true);
    const before = app.sandbox.counts().accepted;
    await stage()
      .getByRole('button', { name: /^Resume .*, at no cost/, disabled: false })
      .click();
    await letFinish();
    await film().waitFor();
    expect(app.sandbox.counts().accepted).toBe(before);
  });

  it('shows bytes while it saves', async () => {
    app.sandbox.script({ fault: 'slow', bytesPerSecond: 25_000, match: { prompt: 'Petra' } });
    await open('petra/today');
    await generate().click();
    await stage()
      .getByText(/^Saving .* of .*\skB, .*\skB\/s/)
      .waitFor();
    const bar = stage().getByRole('progressbar', { name: 'Bytes saved' });
    expect(Number(await bar.getAttribute('aria-valuenow'))).toBeLessThan(100);
    await film().waitFor();
  });

  it('can be done with the keyboard alone, and the keyboard keeps its place', async () => {
    const letFinish = hold('Galata');
    await page.goto('/');
    await listening(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await tabTo(page, /^Galata Tower$/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/spots/galata-tower/**');
    await tabTo(page, /^Time$/);
    await page.keyboard.press('End');
    await page.waitForURL('**/today');
    await tabTo(page, /^Generate/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page), PATIENT).toMatch(/^Cancel/);
    await letFinish();
    await film().waitFor();
  });
});

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim();
  });
}

async function tabTo(page: Page, name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (name.test(now)) return;
    passed.push(now);
  }
  throw new Error(`The keyboard never came to ${name}, only to ${passed.join(' | ')}`);
}
