import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '#lib/web/videos/view.ts';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { everyState, pretend } from '../fixtures/app/page-states.ts';
import { FilmShelf } from '../fixtures/scrape/film-shelf.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: MINUTE_MS });

const PAGES = [
  ['the gallery', '/'],
  ['a place with films', '/spots/eiffel-tower/1900'],
  ['a film that is missing', '/spots/eiffel-tower/today'],
  ['a film in the making', '/spots/london-bridge/1600'],
  ['a film being saved', '/spots/petra/nabataean'],
  ['a film that failed', '/spots/times-square/1908'],
  ['a film that waits to be saved', '/spots/galata-tower/1400'],
  ['the downloads', '/downloads'],
  ['the storage', '/storage'],
  ['the media library', '/media'],
  ['the login', '/login'],
] as const;

describe.skipIf(chromium === undefined)(`every page (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;
  let states: Snapshot;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 200 }, env: { REELKEEP_STORAGE_USD_PER_GB: '1000' } });
    for (const key of ['eiffel-tower/1888', 'eiffel-tower/1900']) await makeVideo(app, key);
    const real: Snapshot = await (await fetch(`${app.url}/api/videos`)).json();
    states = everyState(real);
    await scrapedFilms(app.folder);
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  /** Visits every page in one tab, as it is in every state, and collects what is wrong there. */
  async function onEveryPage(
    options: BrowserContextOptions,
    look: (page: Page) => Promise<string[]>,
  ): Promise<Record<string, string[]>> {
    const { page, problems } = await openPage(browser, app.url, { reducedMotion: 'reduce', ...options });
    await pretend(page, states);
    const wrong: Record<string, string[]> = {};
    for (const [name, path] of PAGES) {
      await page.goto(path);
      await page.locator('[data-link="live"], [data-link="polling"]').first().waitFor({ state: 'attached' });
      // What the page did not begin with waits to be asked for.
      if (path === '/downloads') await page.getByRole('button', { name: /^Show \d+ more/ }).click();
      const found = [...(await look(page)), ...problems.splice(0)];
      if (found.length > 0) wrong[name] = found;
    }
    await page.context().close();
    return wrong;
  }

  it.each(['light', 'dark'] as const)(
    'has nothing that axe finds wrong, in the %s, and no field without a name',
    async (colorScheme) => {
      const wrong = await onEveryPage({ colorScheme }, async (page) => {
        for (const summary of await page.locator('details > summary:visible').all()) await summary.click();
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<axe.AxeResults>(
          'axe.run(document, { resultTypes: ["violations"] })',
        );
        const nameless = page.locator(':is(input, select, textarea):not([name], [id])');
        return [
          ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('  ')}`),
          ...(await nameless.evaluateAll((fields) => fields.map(({ outerHTML }) => outerHTML))),
        ];
      });
      expect(wrong).toEqual({});
    },
    3 * MINUTE_MS,
  );

  it(
    'has nothing on a phone that is too small to hit',
    async () => {
      const wrong = await onEveryPage({ viewport: { width: 360, height: 740 } }, async (page) => {
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<axe.AxeResults>(
          'axe.run(document, { runOnly: ["target-size"], rules: { "target-size": { enabled: true } } })',
        );
        return violations.flatMap(({ nodes }) => nodes.map(({ html }) => html));
      });
      expect(wrong).toEqual({});
    },
    3 * MINUTE_MS,
  );

  it.each([
    ['a phone', { width: 360, height: 740 }],
    ['a desk, twice enlarged', { width: 640, height: 400 }],
    ['a wall', { width: 2560, height: 1400 }],
  ])(
    'fits on %s: no scrolling sideways, and every button in sight',
    async (_screen, viewport) => {
      expect(await onEveryPage({ viewport }, (page) => page.evaluate(whatDoesNotFit))).toEqual({});
    },
    3 * MINUTE_MS,
  );

  it(
    'scrolls sideways nowhere on a phone with letters of twice the size',
    async () => {
      const wrong = await onEveryPage({ viewport: { width: 360, height: 740 } }, async (page) => {
        for (const summary of await page.locator('details > summary:visible').all()) await summary.click();
        return page.evaluate(whatTwiceTheLettersPushOut);
      });
      expect(wrong).toEqual({});
    },
    3 * MINUTE_MS,
  );

  it('leaves no hole on a phone: the links stand beside the name, and the foot of a page after its last words', async () => {
    const viewport = { width: 360, height: 740 };
    const { page } = await openPage(browser, app.url, { viewport });
    for (const path of ['/', '/spots/eiffel-tower/1900', '/spots/parthenon/classical']) {
      await page.goto(path);
      const places = await page.evaluate(() => {
        const box = (selector: string) => document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        const [name, nav, footer] = [box('header .name'), box('header nav'), box('body footer')];
        const seen = [...document.querySelectorAll('main *')].filter((one) =>
          one.checkVisibility({ visibilityProperty: true }),
        );
        const ends = seen.filter((one) => one.childElementCount === 0).map((one) => one.getBoundingClientRect().bottom);
        return { between: nav.top - name.bottom, blank: footer.top - Math.max(...ends) };
      });
      expect(places.between, path).toBeLessThan(0);
      expect(places.blank, path).toBeLessThan(160);
    }
    await page.context().close();
  });

  it.each(PAGES)('%s stands still while it loads', async (_name, path) => {
    const visitor = await openPage(browser, app.url);
    await visitor.page.goto(path, { waitUntil: 'networkidle' }).catch(() => {});
    await listening(visitor.page);
    expect(await visitor.layoutShifts()).toEqual([]);
    await visitor.page.context().close();
  });

  it('says when the server is gone, and when it is back', async () => {
    const gone = await startApp({ sandbox: { taskDurationMs: 200 } });
    const { page } = await openPage(browser, gone.url);
    await page.goto('/');
    await listening(page);
    await gone.kill();
    await page.getByText('The server is not responding.').waitFor();
    await page
      .locator('article')
      .first()
      .getByRole('button', { name: /^Generate/ })
      .click();
    await page
      .getByRole('alert')
      .getByText(/not certain that the order arrived/)
      .waitFor();
    await gone.restart();
    await page.getByText('The server is not responding.').waitFor({ state: 'hidden' });
    await page.context().close();
    await gone.stop();
  });

  it('says of a page that cannot be fetched that the server is gone, and shows it once it is back', async () => {
    const gone = await startApp({ sandbox: { taskDurationMs: 200 } });
    const { page } = await openPage(browser, gone.url);
    await page.goto('/');
    await listening(page);
    await gone.kill();
    await page.getByRole('link', { name: 'Downloads' }).click();
    await page.getByRole('heading', { name: 'The server is not responding' }).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('It is still not responding.').waitFor();
    await page.locator('[data-link="lost"]').waitFor({ state: 'attached' });
    await gone.restart();
    await page.getByRole('heading', { name: 'Downloads', level: 1 }).waitFor();
    await page.context().close();
    await gone.stop();
  });

  it('fetches a page that failed once when told to, and not by itself', async () => {
    const { page } = await openPage(browser, app.url);
    await page.goto('/');
    await listening(page);
    await page.route('**/_app/immutable/**', (route) => route.abort());
    await page.getByRole('link', { name: 'Downloads' }).click();
    const heading = page.getByRole('heading', { name: 'The server is not responding' });
    await heading.waitFor();
    await page.unroute('**/_app/immutable/**');
    await page.evaluate(() => Object.assign(window, { isSameDocument: true }));
    await listening(page);
    expect(await page.evaluate(() => Reflect.get(window, 'isSameDocument'))).toBe(true);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Downloads', level: 1 }).waitFor();
    await page.context().close();
  });

  it('says of a fault of its own that it is one', async () => {
    const { page, problems } = await openPage(browser, app.url);
    await page.goto('/');
    await listening(page);
    const faulty = { contentType: 'text/javascript', body: "throw new TypeError('spot is undefined');" };
    await page.route('**/_app/immutable/**', (route) => route.fulfill(faulty));
    await page.getByRole('link', { name: 'Downloads' }).click();
    await page.getByRole('heading', { name: 'Something went wrong' }).waitFor();
    await page.getByText('Something went wrong on this page.').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    expect(problems.join()).toContain('spot is undefined');
    await page.context().close();
  });

  it('answers an unknown place with a way back', async () => {
    const { page } = await openPage(browser, app.url);
    const answer = await page.goto('/spots/atlantis');
    expect(answer?.status()).toBe(404);
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    await page.getByRole('link', { name: 'See all places' }).click();
    await page.getByRole('heading', { name: 'One place, many times' }).waitFor();
    await page.context().close();
  });
});

/** What scraped films can be: stored, unplayable in some browsers, failed, under way. */
async function scrapedFilms(folder: string): Promise<void> {
  const shelf = await FilmShelf.in(folder);
  shelf.store('news/old', { daysAgo: 100 });
  shelf.store('city/odd', { daysAgo: 2, download_plays_everywhere: false });
  shelf.add('city/lost', {
    ...{ download_status: 'failed', download_error: 'This video is private.', download_error_code: 'rejected' },
  });
  shelf.add('city/live', { title: 'Ships', download_status: 'downloading' });
  shelf.write();
}

/** Runs in the page: what a visitor sees who has asked the browser for larger letters. */
function whatTwiceTheLettersPushOut(): string[] {
  document.documentElement.style.fontSize = '200%';
  const { body } = document;
  if (body.scrollWidth <= body.clientWidth) return [];
  const wide = [...body.querySelectorAll('*')].filter(
    (element) => element.getBoundingClientRect().right > body.clientWidth && element.childElementCount === 0,
  );
  return [
    `${body.scrollWidth - body.clientWidth} px too wide`,
    ...wide.map(({ outerHTML }) => outerHTML.slice(0, 200)),
  ];
}

/** Runs in the page. */
function whatDoesNotFit(): string[] {
  const { body } = document;
  const overflow = body.scrollWidth > body.clientWidth ? [`${body.scrollWidth - body.clientWidth} px too wide`] : [];
  const controls = [...document.querySelectorAll('main button, main select, main a')];
  const cut = controls.filter((control) => {
    if (!control.checkVisibility({ visibilityProperty: true }) || control.closest('[inert]')) return false;
    const box = control.getBoundingClientRect();
    const frame = control.closest('.stage, .picture')?.getBoundingClientRect();
    return box.right > body.clientWidth || (frame && (box.bottom > frame.bottom || box.right > frame.right));
  });
  return [...overflow, ...cut.map((control) => `cut off: ${control.textContent?.trim()}`)];
}
