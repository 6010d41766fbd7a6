import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp, viewOf } from '../fixtures/app/built-app.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
const PATIENT = { timeout: 120_000 };
vi.setConfig({ testTimeout: MINUTE_MS });

describe.skipIf(chromium === undefined)(`ordering from a page (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 300 } });
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function visit(path: string, url = app.url): Promise<Page> {
    const { page } = await openPage(browser, url);
    await page.goto(path);
    await listening(page);
    return page;
  }
  const cardOf = (page: Page, name: string) => page.getByRole('article').filter({ hasText: name });
  const sentFor = (place: string) => app.sandbox.submissions().filter(({ prompt }) => prompt.includes(place));

  it('names its era and price on every button, and orders once however often it is pressed', async () => {
    const page = await visit('/');
    app.sandbox.script({ fault: 'never-finishes', match: { prompt: 'Galata' } });
    const card = cardOf(page, 'Galata Tower');
    await card.locator('.timeline label').nth(1).click();
    const button = card.getByRole('button', { name: /^Generate .*, about \$0\.50/ });
    const words = await button.innerText();
    const era = await card.locator('input:checked + svg + .period').textContent();
    expect(words).toContain(`Generate ${era}, about $0.50`);
    await button.dblclick();
    await card.getByRole('button', { name: `Cancel ${era}` }).waitFor();
    await card.getByText(/Generating|queue/).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(sentFor('Galata')).toHaveLength(1);
    await expect.poll(() => app.sandbox.letFinish('Galata'), PATIENT).toBe(1);
    await page.context().close();
  });

  it('shows the era that was ordered, wherever on the page that was', async () => {
    const fresh = await startApp({ sandbox: { taskDurationMs: 300 } });
    const page = await visit('/', fresh.url);
    fresh.sandbox.script({ fault: 'never-finishes', times: 'always' });
    const begin = page.locator('.begin').getByRole('button', { name: /^Generate/ });
    const ordered = /Generate (.+), about/.exec(await begin.innerText())?.[1];
    const card = cardOf(page, 'Eiffel Tower');
    // Somebody has looked at another era before.
    await card.locator('.timeline label').first().click();
    await begin.click();
    await card.getByRole('button', { name: `Cancel ${ordered}` }).waitFor();
    expect(await card.locator('input:checked + svg + .period').textContent()).toBe(ordered);
    await page.context().close();
    await fresh.stop();
  });

  it('opens a refused prompt to be reworded, and orders the new words', async () => {
    app.sandbox.script({ fault: 'moderation', match: { prompt: 'London Bridge' } });
    const page = await visit('/spots/london-bridge/1600');
    await page
      .locator('.stage .seen')
      .getByRole('button', { name: /^Generate/ })
      .click();
    await page.getByText('Nothing was charged. Change it, and order again.').first().waitFor();
    const text = page.getByRole('textbox', { name: /^Prompt/ });
    await expect.poll(() => text.inputValue(), PATIENT).toContain('London Bridge');
    expect(await text.inputValue()).toBe(sentFor('London Bridge')[0]?.prompt);
    const order = page.locator('.editor').getByRole('button', { name: /^Generate c\. 1600/ });
    await text.fill('');
    expect(await order.getAttribute('aria-disabled')).toBe('true');
    await text.fill('x'.repeat(5001));
    await page.getByRole('status').getByText('Too long for this model by 1 character.').waitFor();
    expect(await order.getAttribute('aria-disabled')).toBe('true');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use the suggested prompt' }).click();
    expect(await text.inputValue()).toContain('London Bridge');
    await text.fill('A stone bridge with houses on it, on a calm morning.');
    await page.locator('.editor').getByRole('button', { name: 'Generate c. 1600 with your prompt, about' }).click();
    await page.locator('.stage .seen video').waitFor();
    expect(app.sandbox.submissions().at(-1)?.prompt).toBe('A stone bridge with houses on it, on a calm morning.');
    expect((await viewOf(app, 'london-bridge/1600')).prompt).toBe(
      'A stone bridge with houses on it, on a calm morning.',
    );
    await page.context().close();
  });

  it('lets a finished film be downloaded, under a name of its own', async () => {
    await makeVideo(app, 'parthenon/today');
    const page = await visit('/spots/parthenon/today');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /^Download Parthenon/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('parthenon-today.mp4');
    await page.goto('/downloads');
    await listening(page);
    const row = page.getByRole('listitem').filter({ hasText: 'Parthenon' });
    expect(await row.getByRole('link', { name: /^Download/ }).getAttribute('download')).toBe('parthenon-today.mp4');
    expect(await row.locator('time').getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(await page.locator('main').innerText()).not.toMatch(/https?:|\d\d-\d\dT\d\d:/);
    await page.context().close();
  });

  it('says in words that a film was replaced by a link', async () => {
    await makeVideo(app, 'machu-picchu/today');
    const file = join(app.folder, 'videos/machu-picchu-today.mp4');
    renameSync(file, join(app.folder, 'away.mp4'));
    symlinkSync(join(app.folder, 'away.mp4'), file);
    const page = await visit('/spots/machu-picchu/today');
    await page
      .locator('.stage .seen')
      .getByText(/replaced by a symbolic link/)
      .waitFor();
    expect(await page.getByRole('button', { name: /\$|at no cost/ }).count()).toBe(0);
    await page.context().close();
  });

  it('sells nothing without a key, and says why and how to go on', async () => {
    const bare = await startApp({ env: { DASHSCOPE_API_KEY: '' } });
    expect(bare.log()).toMatch(/No DASHSCOPE_API_KEY is set, so nothing can be bought.*npm start -- --sandbox/);
    const page = await visit('/', bare.url);
    await page.getByText('npm start -- --sandbox').waitFor();
    const priced = page.getByRole('button', { name: /, about \$/ });
    expect(await priced.count()).toBeGreaterThan(3);
    for (const button of await priced.all()) {
      expect(await button.getAttribute('aria-disabled')).toBe('true');
      const reason = await button.getAttribute('aria-describedby');
      expect(await page.locator(`[id="${reason}"]`).textContent()).toContain('no API key');
    }
    let orders = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST') orders += 1;
    });
    await priced.first().click({ force: true });
    expect([orders, await page.getByRole('dialog').count()]).toEqual([0, 0]);
    expect(await violations(page)).toEqual([]);
    const response = await fetch(`${bare.url}/api/videos/petra/today`, { method: 'POST' });
    expect([response.status, (await response.json()).code]).toEqual([503, 'config']);
    await page.context().close();
    await bare.stop();
  });

  it('says nothing of a key to who may not order', async () => {
    const open = await startApp({
      env: { DASHSCOPE_API_KEY: '', REELKEEP_ADMIN_TOKEN: 'a-token-of-many-characters' },
    });
    const page = await visit('/', open.url);
    expect(await page.getByText('npm start -- --sandbox').count()).toBe(0);
    expect(JSON.stringify(await (await fetch(`${open.url}/api/videos`)).json())).not.toContain('noKey');
    await page.context().close();
    await open.stop();
  });
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('  ')}`);
}
