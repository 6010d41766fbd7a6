import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { VersionsView } from '#lib/web/videos/view.ts';
import {
  findChromium,
  launchChromium,
  listening,
  openPage,
  openTab,
  WITHOUT_CHROMIUM,
} from '../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp, viewOf } from '../fixtures/app/built-app.ts';
import { describeWithFfmpeg } from '../fixtures/pictures/films.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
const TOKEN = 'a-token-of-many-characters';
const JSON_TYPE = { 'content-type': 'application/json' };
const PATIENT = { timeout: 120_000 };

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 2 * MINUTE_MS });

const SCREENS = [
  ['a desk', 'eiffel-tower/1900', { viewport: { width: 1440, height: 900 } }],
  ['a phone', 'colosseum/today', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
] as const satisfies ReadonlyArray<readonly [string, string, BrowserContextOptions]>;

describe.skipIf(chromium === undefined)(`the versions of a film (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 200 } });
    for (const [, key] of SCREENS) await makeVideo(app, key);
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it.each(SCREENS)('are made, compared, restored, deleted and brought back on %s', async (_screen, key, options) => {
    const visitor = await openPage(browser, app.url, { ...options, reducedMotion: 'reduce' });
    const { page, problems } = visitor;
    await page.goto(`/spots/${key}`);
    await listening(page);
    const tab = await openTab(visitor, app.url);
    await tab.page.goto(`/spots/${key}`);
    await listening(tab.page);

    // Made again.
    await page.getByRole('button', { name: /^Generate .* again/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: /^Buy/ }).click();
    await expect.poll(async () => (await viewOf(app, key)).formerVersions, PATIENT).toBe(1);
    await summaryOf(page).getByText('2 films').waitFor();
    await open(page);
    await open(tab.page);
    await rowOf(page, 2).getByText('Current').waitFor();
    expect(
      await rowOf(page, 2)
        .getByRole('button', { name: /^(Compare|Restore)/ })
        .count(),
    ).toBe(0);
    expect(await violations(page)).toEqual([]);

    // Picked by keyboard: both play in step, and the wipe has the focus.
    await rowOf(page, 1)
      .getByRole('button', { name: /^Compare/ })
      .focus();
    await page.keyboard.press('Enter');
    const bar = page.getByRole('region', { name: 'Comparison of two versions' });
    const wipe = bar.getByRole('slider', { name: 'Wipe' });
    await expect.poll(() => valueText(wipe)).toBe('50 percent from Version 1 to Version 2, current');
    expect(await wipe.evaluate((handle) => handle === document.activeElement)).toBe(true);
    expect(await page.locator('.stage').evaluate((stage) => stage.getBoundingClientRect().top)).toBeGreaterThanOrEqual(
      0,
    );
    await expect.poll(() => players(page), PATIENT).toHaveLength(2);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(async () => stepsApart(await players(page)), PATIENT).toBeLessThan(0.15);
    expect(await violations(page)).toEqual([]);
    expect(await isWider(page)).toBe(false);

    // Dragged over the picture.
    const box = await page.locator('.stage').boundingBox();
    if (!box) throw new Error('There is no stage.');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => valueText(wipe)).toBe('25 percent from Version 1 to Version 2, current');

    // Restored: the focus stays, the sides stay, and the other tab hears of it.
    const before = await versionsOf(app, key);
    await bar.getByRole('button', { name: 'Restore Version 1' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => valueText(wipe)).toBe('25 percent from Version 1, current to Version 2');
    expect(await focused(page)).toBe('Restore Version 2');
    await page.getByRole('status').getByText('Version 1 is the current film again. Version 2 is kept.').waitFor();
    const after = await versionsOf(app, key);
    expect(current(after)?.sha256).toBe(before.versions.find(({ version }) => version === 1)?.sha256);
    await rowOf(tab.page, 1).getByText('Current').waitFor();
    await page.keyboard.press('Escape');
    await bar.waitFor({ state: 'detached' });

    // Deleted after a question, and the keyboard stands where that can be undone.
    const remove = rowOf(page, 1).getByRole('button', { name: /^Delete/ });
    await remove.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('For a day you can undo that').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect((await viewOf(app, key)).src).toBeDefined();
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Delete Version 1' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await rowOf(page, 1).getByText('Deleted').waitFor();
    expect(await focused(page)).toContain('Undo');
    expect((await viewOf(app, key)).src).toBeUndefined();
    await rowOf(tab.page, 1).getByText('Deleted').waitFor();

    // Still to be undone after a reload, on the page and in a list that is open by itself only where no film is shown.
    await page.reload();
    await listening(page);
    await rowOf(page, 1).getByRole('button', { name: /^Undo/ }).click();
    await rowOf(page, 1).getByText('Current').waitFor();
    await rowOf(tab.page, 1).getByText('Current').waitFor();
    expect((await viewOf(app, key)).src).toBeDefined();

    // Restored from its row: the keyboard stays in the row.
    await rowOf(page, 2)
      .getByRole('button', { name: /^Restore/ })
      .focus();
    await page.keyboard.press('Enter');
    await rowOf(page, 2).getByText('Current').waitFor();
    await expect.poll(() => focused(page)).toBe('Delete Version 2');

    // A former one is deleted, too.
    await rowOf(page, 1)
      .getByRole('button', { name: /^Delete/ })
      .click();
    await dialog.getByRole('button', { name: 'Delete Version 1' }).click();
    await rowOf(page, 1).getByRole('button', { name: /^Undo/ }).waitFor();
    await tab.page.reload();
    await listening(tab.page);
    await summaryOf(tab.page).getByText('1 film, 1 deleted').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('moves nothing when another changes what is listed', async () => {
    const [, key] = SCREENS[0];
    const viewport = { width: 1440, height: 6000 };
    const { page, layoutShifts } = await openPage(browser, app.url, { viewport, reducedMotion: 'reduce' });
    await page.goto(`/spots/${key}`);
    await listening(page);
    await open(page);
    await page.waitForTimeout(600);
    await layoutShifts();
    const now = (await viewOf(app, key)).completedAt;
    const body = JSON.stringify({ force: true });
    await ask(app, key, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await page.getByRole('button', { name: /^Show 1 more/ }).waitFor(PATIENT);
    expect((await viewOf(app, key)).completedAt).not.toBe(now);
    const newest = current(await versionsOf(app, key))?.version;
    await ask(app, `${key}/versions/${newest}`, { method: 'DELETE' });
    await expect.poll(async () => (await viewOf(app, key)).src).toBeUndefined();
    await summaryOf(page).getByText('deleted').waitFor();
    await ask(app, `${key}/undo-delete`, { method: 'POST' });
    await page.locator('.stage video').first().waitFor();
    expect(await layoutShifts()).toEqual([]);
    await page.getByRole('button', { name: /^Show 1 more/ }).click();
    await rowOf(page, newest ?? 0)
      .getByText('Current')
      .waitFor();
    await page.context().close();
  });

  it('can only be looked at by who may not order', async () => {
    const [, key] = SCREENS[1];
    const locked = await startApp({ sandbox: { taskDurationMs: 200 }, env: { REELKEEP_ADMIN_TOKEN: TOKEN } });
    const send = (path: string, init: RequestInit) =>
      ask(locked, path, { ...init, headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` } });
    for (const made of [1, 2]) {
      await send(key, { method: 'POST', body: JSON.stringify({ force: true }) });
      await expect.poll(async () => (await versionsOf(locked, key)).versions.length, PATIENT).toBe(made);
    }
    await expect.poll(async () => (await viewOf(locked, key)).state, PATIENT).toBe('ready');

    const { page, problems } = await openPage(browser, locked.url, { viewport: { width: 320, height: 640 } });
    await page.goto(`/spots/${key}`);
    await listening(page);
    await open(page);
    await rowOf(page, 1)
      .getByRole('button', { name: /^Compare/ })
      .waitFor();
    expect(await page.getByRole('button', { name: /^(Restore|Delete|Undo)/ }).count()).toBe(0);
    expect(await isWider(page)).toBe(false);
    await rowOf(page, 1)
      .getByRole('button', { name: /^Compare/ })
      .click();
    await page.getByRole('slider', { name: 'Wipe' }).waitFor();
    expect(await page.getByRole('button', { name: /^(Restore|Delete|Undo)/ }).count()).toBe(0);
    expect(await isWider(page)).toBe(false);
    expect(problems).toEqual([]);
    await page.context().close();
    await locked.stop();
  });

  it('can be brought back from the downloads, for as long as its row stands there', async () => {
    const [, key] = SCREENS[1];
    const { page } = await openPage(browser, app.url);
    await page.goto('/downloads');
    await listening(page);
    const row = page.getByRole('listitem').filter({ hasText: 'Colosseum' });
    await row.getByRole('link', { name: /^Watch/ }).waitFor();
    await ask(app, `${key}?file=1`, { method: 'DELETE' });
    await row.getByText('Deleted. That can be undone until').waitFor();
    await row.getByRole('button', { name: /^Undo/ }).click();
    await row.getByRole('link', { name: /^Watch/ }).waitFor();
    expect((await viewOf(app, key)).src).toBeDefined();
    await page.context().close();
  });
});

describeWithFfmpeg('the versions of a film with pictures', () => {
  it.skipIf(chromium === undefined)('each show their own, in the list and while two are compared', async () => {
    await using stack = new AsyncDisposableStack();
    const browser = stack.adopt(await launchChromium(chromium ?? ''), (one) => one.close());
    const app = stack.adopt(
      await startApp({ sandbox: { taskDurationMs: 200 }, env: { REELKEEP_PICTURES: '1' } }),
      (one) => one.stop(),
    );
    const key = 'eiffel-tower/1900';
    await makeVideo(app, key);
    await ask(app, key, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ force: true }) });
    await expect.poll(async () => (await viewOf(app, key)).formerVersions, PATIENT).toBe(1);
    const posters = async () => (await versionsOf(app, key)).versions.map(({ pictures }) => pictures?.posterSmall?.src);
    await expect.poll(async () => new Set((await posters()).filter(Boolean)).size, PATIENT).toBe(2);

    const { page, problems } = await openPage(browser, app.url, { reducedMotion: 'reduce' });
    await page.goto(`/spots/${key}`);
    await listening(page);
    await open(page);
    const stills = page.locator('li .still img');
    await expect
      .poll(() => stills.evaluateAll((all) => all.map((one) => one.getAttribute('src'))))
      .toEqual(await posters());
    expect(await page.locator('li .still video').count()).toBe(0);
    await rowOf(page, 1)
      .getByRole('button', { name: /^Compare/ })
      .click();
    await expect.poll(() => page.locator('.stage .seen img').count()).toBe(2);
    expect(problems).toEqual([]);
  });
});

function summaryOf(page: Page): Locator {
  return page.locator('summary').filter({ hasText: 'Versions' });
}

async function open(page: Page): Promise<void> {
  await summaryOf(page).click();
  await page.locator('details li').first().waitFor();
}

function rowOf(page: Page, version: number): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: `Version ${version}` }) });
}

function valueText(slider: Locator): Promise<string | null> {
  return slider.getAttribute('aria-valuetext');
}

async function focused(page: Page): Promise<string> {
  const text = await page.evaluate(() => document.activeElement?.textContent ?? '');
  return text.trim().replaceAll(/\s+/g, ' ');
}

function isWider(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}

/** Where the films that are to be seen on the stage stand, in seconds, once all of them move. */
function players(page: Page): Promise<number[]> {
  return page
    .locator('.stage .seen video')
    .evaluateAll((films: HTMLVideoElement[]) => films.map(({ currentTime }) => currentTime));
}

/** Seconds between two films in a loop of five; as if they were apart while one has not begun. */
function stepsApart([one = 0, other = 0]: number[]): number {
  const apart = Math.abs(one - other);
  return one > 0 && other > 0 ? Math.min(apart, 5 - apart) : 5;
}

async function versionsOf({ url }: RunningApp, key: string): Promise<VersionsView> {
  return (await fetch(`${url}/api/videos/${key}/versions`)).json();
}

function current({ versions }: VersionsView): VersionsView['versions'][number] | undefined {
  return versions.find(({ isCurrent }) => isCurrent);
}

/** As another program would. */
async function ask({ url }: RunningApp, path: string, init: RequestInit): Promise<void> {
  const response = await fetch(`${url}/api/videos/${path}`, init);
  expect(response.ok, await response.text()).toBe(true);
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('  ')}`);
}
