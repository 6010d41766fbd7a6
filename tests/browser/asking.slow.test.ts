import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp } from '../fixtures/app/built-app.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
const FILM = 'eiffel-tower/1900';
const NEW = 'petra/today';
const REFUSAL = 'The budget does not allow it.';

describe.skipIf(chromium === undefined)(`one question at a time (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 200 } });
    await makeVideo(app, FILM);
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function visit(path: string): Promise<Page> {
    const { page } = await openPage(browser, app.url);
    await page.goto(path);
    await listening(page);
    return page;
  }
  const dialogOf = (page: Page) => page.getByRole('dialog');

  /** Keeps the next orders of a video waiting; the returned function has them refused. */
  async function holdOrders(page: Page, key: string): Promise<() => void> {
    let refuse = () => {};
    const held = new Promise<void>((done) => {
      refuse = done;
    });
    await page.route(`**/api/videos/${key}`, async (route: Route) => {
      await held;
      await route.fulfill({ status: 402, json: { status: 402, detail: REFUSAL, code: 'budget' } });
    });
    return refuse;
  }

  async function buyAgain(page: Page): Promise<void> {
    await page.getByRole('button', { name: /^Generate .* again/ }).click();
    await dialogOf(page).getByRole('button', { name: /^Buy/ }).click();
    await dialogOf(page).getByRole('button', { name: 'Sending…' }).waitFor();
  }

  it('has no way back while an order is out, and tells what became of it', async () => {
    const page = await visit(`/spots/${FILM}`);
    const refuse = await holdOrders(page, FILM);
    await buyAgain(page);
    const leave = dialogOf(page).getByRole('button', { name: 'Keep this one' });
    expect(await leave.getAttribute('aria-disabled')).toBe('true');
    await leave.click({ force: true });
    for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Escape');
    expect(await dialogOf(page).count()).toBe(1);
    refuse();
    await dialogOf(page).getByText(REFUSAL).waitFor();
    await leave.click();
    await dialogOf(page).waitFor({ state: 'hidden' });
    await page.context().close();
  });

  it('comes back when the browser closes it all the same', async () => {
    const page = await visit(`/spots/${FILM}`);
    const refuse = await holdOrders(page, FILM);
    await buyAgain(page);
    const closed = await page.locator('dialog').evaluate(async (dialog: HTMLDialogElement) => {
      const hasClosed = new Promise((done) => dialog.addEventListener('close', done));
      dialog.close();
      await hasClosed;
      return !dialog.open;
    });
    expect(closed).toBe(false);
    refuse();
    await dialogOf(page).getByText(REFUSAL).waitFor();
    await page.keyboard.press('Escape');
    await dialogOf(page).waitFor({ state: 'hidden' });
    await page.context().close();
  });

  it('waits with what went wrong with one film until the question about another is over', async () => {
    const page = await visit('/');
    const refuse = await holdOrders(page, NEW);
    const answered = page.waitForResponse(`**/api/videos/${NEW}`);
    const [petra, tower] = ['Petra Treasury', 'Eiffel Tower'].map((name) =>
      page.getByRole('article').filter({ hasText: name }),
    );
    await petra?.getByText('2020s', { exact: true }).click();
    await petra?.getByRole('button', { name: /^Generate/ }).click();
    await tower?.locator('summary').click();
    await tower?.getByRole('button', { name: /^Generate .* again/ }).click();
    await dialogOf(page).getByRole('heading', { name: 'Eiffel Tower' }).waitFor();
    refuse();
    await answered;
    // The page has taken it in when its button is back.
    await petra?.locator('[aria-disabled="false"]', { hasText: 'Generate' }).waitFor({ state: 'attached' });
    expect(await dialogOf(page).textContent()).toContain('This buys a new video');
    expect(await dialogOf(page).textContent()).not.toContain(REFUSAL);
    await dialogOf(page).getByRole('button', { name: 'Keep this one' }).click();
    await dialogOf(page).getByRole('heading', { name: 'Petra Treasury' }).waitFor();
    await dialogOf(page).getByText(REFUSAL).waitFor();
    await page.context().close();
  });
});
