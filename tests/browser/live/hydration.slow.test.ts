import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alive, findChromium, launchChromium, openPage, WITHOUT_CHROMIUM } from '../../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp } from '../../fixtures/app/built-app.ts';
import { MediaWorld, remoteRecords } from '../../fixtures/media/media-world.ts';
import { FilmShelf } from '../../fixtures/scrape/film-shelf.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: MINUTE_MS });
const PATHS = ['/', '/spots/eiffel-tower/1900', '/spots/petra/today', '/downloads', '/storage', '/media?project=some'];

describe.skipIf(chromium === undefined)(`the parts of a page (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 200 } });
    for (const key of ['eiffel-tower/1888', 'eiffel-tower/1900']) await makeVideo(app, key);
    const shelf = await FilmShelf.in(app.folder);
    shelf.store('news/old', { daysAgo: 9 });
    shelf.write();
    new MediaWorld(app.folder).begin(remoteRecords('some', 3));
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it.each(PATHS)('are hydrated as the server has rendered them: %s', async (path) => {
    // A film that plays at once changes its button.
    const { page, problems } = await openPage(browser, app.url, { reducedMotion: 'reduce' });
    const words: string[] = [];
    page.on('console', (message) => words.push(message.text()));
    await page.addInitScript(noteWhatIsReplaced);
    await page.goto(path);
    await alive(page);
    expect(await page.evaluate(() => Reflect.get(window, 'replaced'))).toEqual([]);
    expect([...words, ...problems]).toEqual([]);
    await page.context().close();
  });

  /** A page whose parts are not hydrated by themselves, as in the moment after it was loaded. */
  async function beforeAnyTurn(path: string) {
    const visitor = await openPage(browser, app.url);
    await visitor.page.addInitScript(() => {
      const [port1, port2] = [{ close() {} }, { postMessage() {} }];
      Object.assign(window, {
        MessageChannel: class {
          port1 = port1;
          port2 = port2;
        },
      });
    });
    await visitor.page.goto(path);
    await visitor.page.waitForLoadState('networkidle');
    expect(await visitor.page.locator('html[data-lives]').count()).toBe(0);
    return visitor;
  }

  it('react to a press before they are hydrated', async () => {
    const { page, problems } = await beforeAnyTurn('/');
    const card = page.getByRole('article').filter({ hasText: 'Eiffel Tower' });
    await card.locator('label', { hasText: '1888' }).click();
    await expect.poll(() => card.locator('a.name').getAttribute('href')).toBe('/spots/eiffel-tower/1888');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('react to a key before they are hydrated', async () => {
    const { page } = await beforeAnyTurn('/');
    const card = page.getByRole('article').filter({ hasText: 'Eiffel Tower' });
    await card.getByRole('radio', { checked: true }).focus();
    await page.keyboard.press('Home');
    await expect.poll(() => card.getByRole('radio').first().isChecked()).toBe(true);
    await page.context().close();
  });

  it('are there on another page that is opened before they are hydrated', async () => {
    const { page, problems } = await beforeAnyTurn('/');
    await page.getByRole('navigation').getByRole('link', { name: 'Storage', exact: true }).click();
    await page.getByRole('heading', { name: 'The film old' }).waitFor();
    await page.getByRole('button', { name: 'Show what would go' }).click();
    await page.getByText('Nothing would go by this rule.').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

/** Runs in the page: notes each element of its content that is taken away before the page is hydrated. */
function noteWhatIsReplaced(): void {
  const replaced: string[] = [];
  Object.assign(window, { replaced });
  const observer = new MutationObserver((changes) => {
    for (const { removedNodes } of changes)
      for (const node of removedNodes)
        if (node instanceof Element && node.tagName !== 'SCRIPT') replaced.push(node.outerHTML.slice(0, 200));
    if ('lives' in document.documentElement.dataset) observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true });
}
