import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp, viewOf } from '../fixtures/app/built-app.ts';

const chromium = findChromium();
const title = `the drawer of a card (${chromium ?? WITHOUT_CHROMIUM})`;
const MINUTE_MS = 60_000;
const PATIENT = { timeout: 120_000 };
const FILM = 'eiffel-tower/1900';

const SCREENS = [
  ['a desk', { viewport: { width: 1280, height: 900 } }],
  ['a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
] as const satisfies ReadonlyArray<readonly [string, BrowserContextOptions]>;

describe.skipIf(chromium === undefined).each(SCREENS)(`${title}, on %s`, (_screen, options) => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 300 } });
    await makeVideo(app, FILM);
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function openGallery() {
    const visitor = await openPage(browser, app.url, options);
    const { page } = visitor;
    await page.goto('/');
    await listening(page);
    const card = page.getByRole('article').filter({ hasText: 'Eiffel Tower' });
    const summary = card.locator('summary');
    const again = card.getByRole('button', { name: /^Generate .* again/ });
    return { ...visitor, card, summary, again, prompt: card.locator('details p').last() };
  }

  it('shows the prompt on demand, by mouse', async () => {
    const { page, problems, summary, prompt, again } = await openGallery();
    const { prompt: asked } = await viewOf(app, FILM);
    expect(asked).toContain('Eiffel Tower');
    expect(await prompt.isVisible()).toBe(false);
    await summary.click();
    expect(await prompt.textContent()).toBe(asked);
    await again.waitFor();
    await summary.click();
    await prompt.waitFor({ state: 'hidden' });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('opens and closes by keyboard, and the keyboard keeps its place', async () => {
    const { page, summary, prompt, again } = await openGallery();
    await summary.focus();
    await page.keyboard.press('Enter');
    await prompt.waitFor();
    await page.keyboard.press('Tab');
    expect(await isFocused(page, /^Generate .* again/)).toBe(true);

    // Escape closes what is uppermost: first the question, then the drawer.
    await page.keyboard.press('Enter');
    const question = page.getByRole('dialog', { name: 'Eiffel Tower, 1900, Belle Époque' });
    await question.waitFor();
    expect(await isFocused(page, /^Keep this one/)).toBe(true);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });
    expect(await isFocused(page, /^Generate .* again/)).toBe(true);
    await again.waitFor();
    await page.keyboard.press('Escape');
    await prompt.waitFor({ state: 'hidden' });
    expect(await isFocused(page, /^Prompt, and making it again/)).toBe(true);
    expect(app.sandbox.counts().accepted).toBe(1);
    await page.context().close();
  });

  it('has nothing that axe finds wrong while it is open, nor while it asks', async () => {
    const { page, summary, again } = await openGallery();
    await summary.click();
    expect(await violations(page)).toEqual([]);
    await again.click();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.body.scrollWidth - document.body.clientWidth)).toBe(0);
    await page.context().close();
  });

  it('says the price before the click, and buys a new film only when that is confirmed', async () => {
    const { page, problems, card, summary, again } = await openGallery();
    const before = app.sandbox.counts().accepted;
    await card.hover();
    const source = await card.locator('video').getAttribute('src');
    const old = await viewOf(app, FILM);
    await summary.click();
    expect(await again.textContent()).toContain('about $0.50');
    await again.click();
    const question = page.getByRole('dialog');
    await question.getByText('This buys a new video for about $0.50.').waitFor();
    expect(app.sandbox.counts().accepted).toBe(before);
    await question.getByRole('button', { name: 'Keep this one' }).click();
    expect(await isFocused(page, /^Generate .* again/)).toBe(true);
    expect(app.sandbox.counts().accepted).toBe(before);

    await again.click();
    await question.getByRole('button', { name: /^Buy .* again, about \$0\.50$/ }).click();
    await question.waitFor({ state: 'hidden' });
    await expect.poll(() => app.sandbox.counts().accepted, PATIENT).toBe(before + 1);
    // The film that is there is shown until its successor is, and the drawer stays as it was left.
    await expect.poll(async () => (await viewOf(app, FILM)).submittedAt, PATIENT).not.toBe(old.submittedAt);
    await expect.poll(async () => (await viewOf(app, FILM)).state, PATIENT).toBe('ready');
    await again.waitFor();
    expect(await card.locator('details').getAttribute('open')).not.toBeNull();
    await card.hover();
    expect(await card.locator('video').getAttribute('src')).toContain('/videos/eiffel-tower-1900.mp4');
    expect(source).toContain('/videos/eiffel-tower-1900.mp4');
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

function isFocused(page: Page, name: RegExp): Promise<boolean> {
  return page.evaluate(
    (pattern) => new RegExp(pattern).test((document.activeElement?.textContent ?? '').trim()),
    name.source,
  );
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('  ')}`);
}
