import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alive, findChromium, launchChromium, openPage, WITHOUT_CHROMIUM } from '../fixtures/app/browser.ts';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { filmUpload, MediaWorld, remoteRecords } from '../fixtures/media/media-world.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: MINUTE_MS });
const MANY = 10_000;

describe.skipIf(chromium === undefined)(`the media page (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;
  let media: MediaWorld;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 500 } });
    media = new MediaWorld(app.folder);
    media.begin(remoteRecords('many', MANY));
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function visit(projectId: string, options = {}) {
    const visitor = await openPage(browser, app.url, options);
    await visitor.page.goto(`/media?project=${projectId}`);
    await alive(visitor.page);
    return visitor;
  }

  const choose = async (page: Page, ...names: string[]) =>
    page.getByLabel('Film files').setInputFiles(await Promise.all(names.map((name) => filmUpload(name))));

  it('is found from every page, and saves a film that is chosen to the disk', async () => {
    const { page, problems } = await openPage(browser, app.url);
    await page.goto('/storage');
    await page.getByRole('navigation').getByRole('link', { name: 'Media' }).click();
    await page.getByRole('heading', { name: 'Media', level: 1 }).waitFor();
    await alive(page);
    await page.getByLabel('New project').fill('first');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Nothing is in this project yet.').waitFor();
    await choose(page, 'quay.mp4', 'pier.mp4');
    await page.getByText(/^2\sfilms saved to disk\.$/).waitFor();
    expect(media.films('first')).toEqual(['pier.mp4', 'quay.mp4']);
    expect(await rowOf(page, 'quay.mp4').textContent()).toMatch(/1280 × 720, 0:02.*On disk/s);
    expect(await keptHere(page)).toEqual([0, 0]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('takes a film that is dropped anywhere on it', async () => {
    const { page } = await visit('dropped');
    const { buffer, ...file } = await filmUpload('dropped.mp4');
    await page.evaluate(
      ({ name, mimeType, text }) => {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], name, { type: mimeType }));
        document.querySelector('h1')?.dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer }));
      },
      { ...file, text: buffer.toString('base64') },
    );
    await page.getByText(/^1\sfilm saved to disk\.$/).waitFor();
    expect(media.films('dropped')).toEqual(['dropped.mp4']);
    await page.context().close();
  });

  it('shows a frame of a film, and plays it by keyboard alone', async () => {
    const { page, problems } = await visit('first');
    await rowOf(page, 'quay.mp4').scrollIntoViewIfNeeded();
    await rowOf(page, 'quay.mp4').locator('canvas.drawn').waitFor();
    await page.getByRole('button', { name: 'Play quay.mp4' }).focus();
    await page.keyboard.press('Enter');
    await plays(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['the server is gone', { away: () => app.kill(), back: () => app.restart() }],
    ['the drive of the library is', { away: async () => media.unplug(), back: async () => media.plugIn() }],
  ])('keeps a film while %s: after a reload it plays here, and can be saved', async (_what, { away, back }) => {
    const { page } = await visit('left');
    const name = `left-${media.films('left').length}.mp4`;
    await away();
    await choose(page, name);
    const left = page.getByRole('region', { name: /in this browser only$/ }).first();
    await left.getByText(/At risk until the server has it/).waitFor();
    expect(await keptHere(page)).toEqual([1, 1]);
    await back();
    await page.reload();
    await alive(page);
    await left.getByRole('button', { name: `Play ${name}` }).click();
    await plays(page);
    await page.keyboard.press('Escape');
    await left.getByRole('button', { name: `Save to disk ${name}` }).click();
    await left.waitFor({ state: 'detached' });
    expect(await keptHere(page)).toEqual([0, 0]);
    expect(media.films('left')).toContain(name);
    await rowOf(page, name).getByText('On disk').waitFor();
    expect(await rowOf(page, name).count()).toBe(1);
    await page.context().close();
  });

  it('saves all, what only this browser has before the rest, and reports', async () => {
    const { page } = await visit('left');
    const refuse = '**/api/media/left/files/**';
    await page.route(refuse, (route) => route.abort());
    await choose(page, 'all.mp4');
    await page.getByText('all.mp4 is not on disk: The server did not respond.').waitFor();
    await page.unroute(refuse);
    await page.getByRole('button', { name: 'Save all to disk' }).click();
    await page.getByText(/^0\sitems saved, 3 already on disk\.$/).waitFor();
    expect(await keptHere(page)).toEqual([0, 0]);
    expect(media.films('left')).toContain('all.mp4');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download all', exact: true }).click();
    expect((await download).suggestedFilename()).toMatch(/left.*\.zip$/);
    await page.context().close();
  });

  it('two tabs that save all at once send each file once, and say how far they are', async () => {
    const { page } = await visit('tabs');
    const context = page.context();
    const files = '**/api/media/tabs/files/**';
    await context.route(files, (route) => route.abort());
    await choose(page, 'one.mp4', 'two.mp4');
    await page.getByText('two.mp4 is not on disk: The server did not respond.').waitFor();
    const other = await context.newPage();
    await other.goto('/media?project=tabs');
    await alive(other);
    await other.getByRole('heading', { name: /^2\sfiles in this browser only$/ }).waitFor();
    await context.unroute(files);
    let sent = 0;
    let letGo = () => {};
    const isOpen = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await context.route(files, async (route) => {
      sent += 1;
      await isOpen;
      await route.continue();
    });
    for (const tab of [page, other]) await tab.getByRole('button', { name: 'Save all to disk' }).click();
    for (const tab of [page, other]) await tab.getByText(/^Sending .*, 1 of 2\sfiles of this browser…$/).waitFor();
    letGo();
    for (const tab of [page, other]) await tab.getByText(/^0\sitems saved, 2 already on disk\.$/).waitFor();
    expect([sent, media.films('tabs'), await keptHere(page)]).toEqual([2, ['one.mp4', 'two.mp4'], [0, 0]]);
    await context.close();
  });

  it('generates in the sandbox, says that it is free, and shows the film once it is there', async () => {
    const { page, problems } = await visit('made');
    await page.getByText('Sandbox: a test clip, and nothing is charged.').waitFor();
    await page.getByLabel('Prompt').fill('A harbour at dawn.');
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    const orders = page.getByRole('list', { name: 'Orders of this project' });
    await orders.getByText('Ready').waitFor();
    await page.getByRole('list', { name: 'Items of made' }).getByText('On disk').waitFor();
    expect(media.films('made')).toHaveLength(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('deletes a project only after saying what goes, and gives it back', async () => {
    const { page } = await visit('dropped');
    await page.getByRole('button', { name: 'Delete the project…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^1\sitem with 1\sfile would go/).waitFor();
    expect(media.films('dropped')).toHaveLength(1);
    await dialog.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText(/^This project is deleted\. Until/).waitFor();
    expect(media.films('dropped')).toEqual([]);
    await page.reload();
    await alive(page);
    await page.getByRole('button', { name: 'Undo the deletion' }).click();
    await rowOf(page, 'dropped.mp4').getByText('On disk').waitFor();
    expect(media.films('dropped')).toEqual(['dropped.mp4']);
    await page.context().close();
  });

  it('deletes an item by keyboard after saying what goes, offers the undo at once, and after a reload', async () => {
    const { page, problems } = await visit('first');
    await rowOf(page, 'pier.mp4').getByRole('button', { name: 'Delete… pier.mp4' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^Its file goes, .* It can be undone for a day\.$/).waitFor();
    expect(media.films('first')).toEqual(['pier.mp4', 'quay.mp4']);
    await dialog.getByRole('button', { name: 'Delete it' }).focus();
    await page.keyboard.press('Enter');
    const undo = page.getByRole('button', { name: 'Undo the deletion of pier.mp4' });
    await expect.poll(() => undo.evaluate((button) => button === document.activeElement)).toBe(true);
    expect([media.films('first'), await rowOf(page, 'pier.mp4').count()]).toEqual([['quay.mp4'], 0]);
    await page.reload();
    await alive(page);
    await undo.focus();
    await page.keyboard.press('Enter');
    await rowOf(page, 'pier.mp4').getByText('On disk').waitFor();
    expect(media.films('first')).toEqual(['pier.mp4', 'quay.mp4']);
    await undo.waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('has ten thousand items with a few dozen on the page, to its end and by keyboard', async () => {
    const { page } = await visit('many');
    const rows = page.getByRole('list', { name: 'Items of many' }).getByRole('listitem');
    await rows.first().getByRole('heading', { name: 'film-09999.mp4' }).waitFor();
    expect(await rows.count()).toBeLessThanOrEqual(200);
    await page.keyboard.press('End');
    await page.getByRole('heading', { name: 'film-00000.mp4' }).waitFor();
    expect(await rows.count()).toBeLessThanOrEqual(200);
    await page.getByRole('button', { name: 'Play film-00010.mp4' }).focus();
    // Three in each row: Play, Save and Delete.
    for (let press = 0; press < 45; press++) await page.keyboard.press('Shift+Tab');
    const focused = page.locator(':focus');
    expect(await focused.textContent()).toMatch(/film-000(2[4-6])\.mp4/);
    // Out of sight, but still there.
    await page.evaluate(() => scrollTo(0, 0));
    await rows.first().getByRole('heading', { name: 'film-09999.mp4' }).waitFor();
    expect(await focused.textContent()).toMatch(/film-000(2[4-6])\.mp4/);
    expect(await rows.count()).toBeLessThanOrEqual(200);
    await page.context().close();
  });

  it.each([
    ['light', { width: 360, height: 740 }],
    ['dark', { width: 1280, height: 900 }],
  ] as const)('has nothing that axe finds wrong in the %s, and fits on %j', async (colorScheme, viewport) => {
    const { page, problems } = await visit('left', { colorScheme, viewport, reducedMotion: 'reduce' });
    await page.getByText('More input').click();
    const refuse = '**/api/media/left/files/**';
    await page.route(refuse, (route) => route.abort());
    await choose(page, 'refused.mp4');
    await page.getByRole('heading', { name: /in this browser only/ }).waitFor();
    await page.evaluate(axe.source);
    const found = await page.evaluate<axe.AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('  ')}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(problems.filter((one) => !one.includes('/files/refused.mp4'))).toEqual([]);
    await page.context().close();
  });

  it('shows nothing of the library to who may not manage it', async () => {
    const guarded = await startApp({ env: { REELKEEP_ADMIN_TOKEN: 'a-token-of-many-characters' } });
    const { page } = await openPage(browser, guarded.url);
    await page.goto('/media');
    await page.getByRole('main').getByRole('link', { name: 'Log in' }).waitFor();
    expect(await page.getByLabel('Project', { exact: true }).count()).toBe(0);
    await page.context().close();
    await guarded.stop();
  });
});

const rowOf = (page: Page, name: string) =>
  page
    .getByRole('list', { name: /^Items of/ })
    .getByRole('listitem')
    .filter({ hasText: name });

async function plays(page: Page): Promise<void> {
  const player = page.getByRole('dialog').locator('video');
  await expect.poll(() => player.evaluate((film: HTMLVideoElement) => film.currentTime)).toBeGreaterThan(0);
}

/** How many entries, and how many files, this browser keeps. */
function keptHere(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await answer(indexedDB.open('reelkeep-media'));
    const stores = database.transaction(['entries', 'bodies']);
    const counts = [answer(stores.objectStore('entries').count()), answer(stores.objectStore('bodies').count())];
    const found = await Promise.all(counts);
    database.close();
    return found;
  });
}
