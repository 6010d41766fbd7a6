import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../fixtures/app/browser.ts';
import { makeVideo, orderVideo, type RunningApp, startApp, viewOf } from '../fixtures/app/built-app.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
const FILM = 'eiffel-tower/1900';
const RUNNING = 'colosseum/today';
const FAILED = 'parthenon/today';

// One after another, as the day goes: each begins with what the one before has left.
describe.skipIf(chromium === undefined)(`the downloads (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 200 } });
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function visit(): Promise<Page> {
    const { page } = await openPage(browser, app.url);
    await page.goto('/downloads');
    await listening(page);
    return page;
  }

  it('say in one sentence that there is nothing, and what to do', async () => {
    const page = await visit();
    await page.getByText('No orders yet.').waitFor();
    expect(await amount(page, 'Would have cost so far')).toBe('$0.00');
    await page.getByRole('link', { name: 'Choose a place and generate its first film' }).click();
    await page.getByRole('heading', { name: 'One place, many times' }).waitFor();
    await page.context().close();
  });

  it('tell what was spent, what is under way, what stopped and why, and what is saved', async () => {
    app.sandbox.script({ fault: 'never-finishes', match: { prompt: 'Colosseum' } });
    app.sandbox.script({ fault: 'task-failed', match: { prompt: 'Parthenon' } });
    await makeVideo(app, FILM);
    for (const key of [FAILED, RUNNING]) await orderVideo(app, key);
    await expect.poll(async () => (await viewOf(app, FAILED)).state).toBe('failed');
    const page = await visit();
    expect(await amount(page, 'Would have cost so far')).toBe('$1.00');
    expect(await amount(page, 'Today')).toBe('$1.00');
    expect(await amount(page, 'Ordered, in progress')).toBe('$0.50');
    expect(await amount(page, 'Paid and lost')).toBe('$0.00');
    await rows(page, 'Now')
      .filter({ hasText: 'Colosseum' })
      .getByText(/so far/)
      .waitFor();
    const message = (await viewOf(app, FAILED)).problem?.message ?? '';
    expect(message.length).toBeGreaterThan(10);
    await rows(page, 'Stopped before').filter({ hasText: 'Parthenon' }).getByText(message).waitFor();
    await rows(page, 'Saved before')
      .filter({ hasText: 'Eiffel Tower' })
      .getByText(/^Made .*B$/)
      .waitFor();
    await page.context().close();
  });

  it('cancel, and try again', async () => {
    const page = await visit();
    const running = rows(page, 'Now').filter({ hasText: 'Colosseum' });
    await running.getByRole('button', { name: /^Cancel/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click();
    await running.getByText('Cancelled; the provider may charge for it.').waitFor();
    expect((await viewOf(app, RUNNING)).state).toBe('canceled');

    const before = app.sandbox.counts().accepted;
    const failed = rows(page, 'Stopped before').filter({ hasText: 'Parthenon' });
    await failed.getByRole('button', { name: /^Generate/ }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: /^Buy/ });
    const watch = failed.getByRole('link', { name: /^Watch/ });
    await confirm.or(watch).first().waitFor();
    if (await confirm.isVisible()) await confirm.click();
    await watch.waitFor();
    expect(app.sandbox.counts().accepted).toBe(before + 1);
    await expect.poll(() => amount(page, 'Would have cost so far')).toBe('$1.50');
    await page.reload();
    await rows(page, 'Stopped before').filter({ hasText: 'Colosseum' }).waitFor();
    await page.context().close();
  });

  it('cancel what a script has ordered for a place of its own, and offer nothing else there', async () => {
    app.sandbox.script({ fault: 'never-finishes' });
    await orderVideo(app, 'giza/today');
    const file = join(app.folder, 'records.json');
    const records = (): VideoMetadata[] => JSON.parse(readFileSync(file, 'utf8'));
    await expect.poll(() => records().find(({ spotId }) => spotId === 'giza')?.taskId).toBeDefined();
    await app.kill();
    const own = records().map((one) => (one.spotId === 'giza' ? { ...one, spotId: 'my-place', eraId: 'then' } : one));
    writeFileSync(file, JSON.stringify(own));
    await app.restart();
    const page = await visit();
    const row = page.getByRole('listitem').filter({ hasText: 'my-place' });
    await row.getByRole('button', { name: 'Cancel then : my-place, then' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click();
    await row.getByText('Cancelled; the provider may charge for it.').waitFor();
    expect((await viewOf(app, 'my-place/then')).state).toBe('canceled');
    expect(await row.getByRole('button').count()).toBe(0);
    await page.context().close();
  });
});

function rows(page: Page, section: string): Locator {
  return page.getByRole('region', { name: section }).getByRole('listitem');
}

function amount(page: Page, name: string): Promise<string | null> {
  return page
    .locator('dl > div')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('dd')
    .textContent();
}
