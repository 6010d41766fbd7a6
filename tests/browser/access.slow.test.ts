import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../fixtures/app/browser.ts';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: MINUTE_MS });
const TOKEN = 'a-token-of-many-characters';

describe.skipIf(chromium === undefined)(`who may spend (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 200 }, env: { REELKEEP_ADMIN_TOKEN: TOKEN } });
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('lets a stranger look and not buy, and whoever has the token buy', async () => {
    const { page, problems } = await openPage(browser, app.url);
    await page.goto('/spots/colosseum/today');
    await listening(page);
    expect(await page.getByRole('button', { name: /Generate/ }).count()).toBe(0);
    await page.locator('footer').getByText('need the admin token').waitFor();
    const refused = await page.evaluate(
      async () => (await fetch('/api/videos/colosseum/today', { method: 'POST' })).status,
    );
    expect(refused).toBe(401);
    expect(app.sandbox.counts().accepted).toBe(0);

    await page.locator('footer').getByRole('link', { name: 'Log in' }).click();
    await page.getByLabel('Admin token').fill('a-wrong-token-of-some-length');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('The admin token is wrong.').waitFor();
    await page.getByLabel('Admin token').fill(TOKEN);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('You are logged in and may generate.').waitFor();

    await page.goto('/spots/colosseum/today');
    await listening(page);
    await page
      .locator('.stage')
      .getByRole('button', { name: /^Generate/ })
      .click();
    await page.locator('.stage .seen video').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.locator('footer').getByText('need the admin token').waitFor();
    // The two refusals are what was to be seen.
    expect(problems.filter((problem) => !/status of 40[13]/.test(problem))).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['at the first press of a button', 'london-bridge/today', false],
    ['after a question', 'petra/today', true],
  ])('offers the login to a page whose session has ended: %s', async (_when, key, isAsked) => {
    const { page } = await openPage(browser, app.url);
    await logIn(page);
    if (isAsked)
      await page.evaluate(async (path) => (await fetch(path, { method: 'POST' })).status, `/api/videos/${key}`);
    await page.goto(`/spots/${key}`);
    await listening(page);
    if (isAsked) await page.locator('.stage .seen video').waitFor();
    await page.context().clearCookies();
    const accepted = app.sandbox.counts().accepted;
    await page
      .locator('main')
      .getByRole('button', { name: isAsked ? /^Generate .* again/ : /^Generate/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    if (isAsked) await dialog.getByRole('button', { name: /^Buy/ }).click();
    await dialog.getByText('need the admin token').waitFor();
    const link = dialog.getByRole('link', { name: 'Log in' });
    await expect.poll(() => link.evaluate((node) => node === document.activeElement)).toBe(true);
    expect(await page.getByRole('button', { name: /^(Generate|Buy)/ }).count()).toBe(0);
    await page.locator('footer').getByText('need the admin token').waitFor();
    expect(app.sandbox.counts().accepted).toBe(accepted);
    await link.click();
    await page.waitForURL('**/login');
    await dialog.waitFor({ state: 'hidden' });
    await page.context().close();
  });

  it('stays on the page when there is no server to log in at', async () => {
    const { page } = await openPage(browser, app.url);
    await page.goto('/');
    await listening(page);
    await app.kill();
    const notice = page.locator('.notices').getByText('The server is not responding.');
    await notice.waitFor();
    await page.locator('footer').getByRole('link', { name: 'Log in' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Log in when it is back.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('heading', { name: 'One place, many times' }).waitFor();
    await app.restart();
    await notice.waitFor({ state: 'hidden' });
    await page.locator('footer').getByRole('link', { name: 'Log in' }).click();
    await page.getByLabel('Admin token').waitFor();
    await page.context().close();
  });

  it('keeps a form that the server does not get, with what was typed', async () => {
    const { page } = await openPage(browser, app.url);
    await page.goto('/login');
    await listening(page);
    await page.context().setOffline(true);
    const token = page.getByLabel('Admin token');
    await token.fill(TOKEN);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('#problem').getByText('The server is not responding.').waitFor();
    expect(await token.inputValue()).toBe(TOKEN);
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Log in' }).click();
    const isIn = page.getByText('You are logged in and may generate.');
    await isIn.waitFor();

    for (const path of ['/', '/login']) {
      await page.goto(path);
      await listening(page);
      await page.context().setOffline(true);
      await page.locator('main, footer').getByRole('button', { name: 'Log out' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('The server is not responding.').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await isIn.waitFor();
      await page.context().setOffline(false);
    }
    await page.locator('footer').getByRole('button', { name: 'Log out' }).click();
    await page.locator('footer').getByText('need the admin token').waitFor();
    await page.context().close();
  });
});

async function logIn(page: Page): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Admin token').fill(TOKEN);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('You are logged in and may generate.').waitFor();
}
