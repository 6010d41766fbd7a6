import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VideoView } from '#lib/web/videos/view.ts';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp, viewOf } from '../fixtures/app/built-app.ts';
import { tellOnly, tellVideo } from '../fixtures/app/told-page.ts';

const chromium = findChromium();
const MINUTE_MS = 60_000;
const FILM = 'eiffel-tower/1900';
const NEW = 'petra/today';
const FULL = { code: 'disk-full', message: 'The disk is full. Free some space.', retryable: true } as const;
const GOES_ON = {
  code: 'aborted',
  retryable: true,
  isPaid: true,
  message: 'Cancelled; the provider may charge for it.',
} as const;
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

// States that are rare, or would take a dying link to come by: the page is told of them in place of the server.
describe.skipIf(chromium === undefined)(`what a page says of a state (${chromium ?? WITHOUT_CHROMIUM})`, () => {
  let browser: Browser;
  let app: RunningApp;
  let film: VideoView;
  let unmade: VideoView;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 200 } });
    await makeVideo(app, FILM);
    [film, unmade] = await Promise.all([viewOf(app, FILM), viewOf(app, NEW)]);
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function visit(path: string, appUrl = app.url, options: BrowserContextOptions = {}): Promise<Page> {
    const { page } = await openPage(browser, appUrl, options);
    await tellOnly(page);
    await page.goto(path);
    await listening(page);
    return page;
  }
  const cardOf = (page: Page, name: string) => page.getByRole('article').filter({ hasText: name });

  const another: Array<[string, Partial<VideoView>, string, RegExp]> = [
    ['is under way', { state: 'generating' }, 'A newer film is under way.', /^Cancel/],
    [
      'waits to be saved',
      { state: 'uncaptured', problem: { ...FULL, isPaid: true } },
      'A newer film is under way. Retrying automatically: The disk is full.',
      /^Try .* now, at no cost/,
    ],
    [
      'failed',
      { state: 'failed', problem: FULL, prompt: '' },
      'A newer film failed. The disk is full.',
      /^Generate .* again/,
    ],
    ['was cancelled', { state: 'canceled' }, 'The newer film was cancelled. This one is kept.', /^Generate/],
    [
      'was cancelled and goes on',
      { state: 'canceled', problem: GOES_ON },
      'Cancelled; the provider may charge for it. That was a newer film; this one is kept.',
      /^Resume .*, at no cost/,
    ],
    [
      'came to nothing',
      { lastTry: { at: '2026-11-21T12:00:00.000Z', problem: FULL } },
      'A newer film, ordered 21 Nov 2026, 12:00 UTC, failed: The disk is full.',
      /^Generate .* again/,
    ],
  ];
  it.each(another)('of a film whose successor %s', async (_what, fields, words, action) => {
    const gallery = await visit('/');
    await tellVideo(gallery, { ...film, ...fields });
    const card = cardOf(gallery, 'Eiffel Tower');
    await card.locator('.picture').getByText(words).waitFor();
    await gallery.getByText(/^1 of \d+ films made/).waitFor();
    await card.locator('summary').click();
    await card.getByRole('button', { name: action }).waitFor();
    await gallery.context().close();

    const spot = await visit(`/spots/${FILM}`);
    await tellVideo(spot, { ...film, ...fields });
    const state = spot.locator('.under .again');
    await expect.poll(async () => (await state.textContent())?.replaceAll('\u00a0', ' ')).toContain(lastOf(words));
    await state.getByRole('button', { name: action }).waitFor();
    // Model, picture and length: only where the button buys with them.
    const buys = !/Cancel|at no cost/.test(action.source);
    await expect.poll(() => state.getByRole('combobox').count()).toBe(buys ? 3 : 0);
    await spot.context().close();
  });

  it.each(['generating', 'uncaptured'] as const)(
    'of a film that something keeps from being saved: %s',
    async (state) => {
      const page = await visit(`/spots/${NEW}`);
      await tellVideo(page, { ...unmade, state, expiresAt: inMinutes(9), problem: { ...FULL, isPaid: true } });
      const stage = page.locator('.stage .seen');
      await stage.getByText('Retrying automatically: The disk is full. Free some space.').waitFor();
      await stage.getByText(/left to save it/).waitFor();
      const orders: string[] = [];
      await page.route(`**/api/videos/${NEW}`, (route) => {
        orders.push(`${route.request().method()} ${route.request().postData()}`);
        return route.fulfill({ json: { ...unmade, state: 'uncaptured' } });
      });
      await stage.getByRole('button', { name: /^Try .* now, at no cost/, disabled: false }).click();
      await expect.poll(() => orders).toEqual(['POST {}']);
      await page.context().close();
    },
  );

  it.each(['generating', 'uncaptured', 'failed'] as const)('of a link that dies: %s', async (state) => {
    const page = await visit('/');
    const banner = page.getByRole('alert').filter({ hasText: 'is paid for but not saved yet' });
    await tellVideo(page, { ...unmade, state, expiresAt: inMinutes(11) });
    // Something that the page has to take in, so that it is certain that it took that in too.
    await tellVideo(page, { ...film, state: 'canceled' });
    await cardOf(page, 'Eiffel Tower').getByText('was cancelled').waitFor();
    expect(await banner.count()).toBe(0);
    await tellVideo(page, { ...unmade, state, expiresAt: inMinutes(9) });
    await banner.getByText('Petra Treasury, 2020s, Today').waitFor();
    await banner.getByText(/^[89]\smin/).waitFor();
    await banner.getByRole('link', { name: 'See the downloads' }).click();
    await page.getByRole('heading', { name: 'Downloads' }).waitFor();
    await page.context().close();
  });

  it('of a link that comes to its last ten minutes while nothing else counts time', async () => {
    const page = await visit('/');
    const banner = page.getByRole('alert').filter({ hasText: 'is paid for but not saved yet' });
    await tellVideo(page, {
      ...unmade,
      state: 'failed',
      expiresAt: new Date(Date.now() + 10 * MINUTE_MS + 2000).toISOString(),
    });
    await banner.getByText('Petra Treasury, 2020s, Today').waitFor();
    await page.context().close();
  });

  it.each([
    { width: 360, height: 640 },
    { width: 640, height: 360 },
  ])('of a link that dies, and hides nothing that the keyboard comes to: %o', async (viewport) => {
    const page = await visit('/', app.url, { viewport });
    await tellVideo(page, { ...unmade, state: 'uncaptured', expiresAt: inMinutes(9) });
    const link = page.getByRole('alert').getByRole('link', { name: 'See the downloads' });
    await link.waitFor();
    const hidden: string[] = [];
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      hidden.push(...(await page.evaluate(whatTheNoticesHide)));
    }
    expect(hidden).toEqual([]);
    const box = await link.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? viewport.width)).toBeLessThan(viewport.width);
    const lines = await page.locator('.notices .banner').evaluate((banner) => banner.getBoundingClientRect().height);
    if (viewport.height < 400) expect(lines).toBeLessThan(48);
    await page.context().close();
  });

  // Of 360 and 335 px a scroll bar of the old kind leaves 345 and 320.
  it.each([
    ['/', 360],
    ['/', 335],
    ['/', 320],
    ['/spots/times-square/1908', 360],
    ['/spots/times-square/1908', 335],
    ['/spots/times-square/1908', 320],
  ])('of an order that fails, and leaves its button where it was: %s, %i px wide', async (path, width) => {
    const page = await visit(path, app.url, { viewport: { width, height: 740 } });
    const card = cardOf(page, 'Times Square');
    if (path === '/') await card.locator('label', { hasText: '1905' }).click();
    const plate = path === '/' ? card.locator('.plate') : page.locator('.stage .seen .plate');
    const button = plate.locator('.action').getByRole('button');
    await button.getByText('Generate').waitFor();
    const before = await button.boundingBox();
    const problem = {
      code: 'provider-failed',
      message: 'It failed for many reasons, all told here. '.repeat(9),
      retryable: false,
    } as const;
    await tellVideo(page, { ...(await viewOf(app, 'times-square/1908')), state: 'failed', problem });
    await plate.getByRole('button', { name: 'Read more' }).waitFor();
    const after = await button.boundingBox();
    expect([after?.y, after?.height]).toEqual([before?.y, 44]);
    expect(await plate.evaluate((box) => box.scrollHeight - box.clientHeight)).toBe(0);
    await page.context().close();
  });

  it('of a film of a place outside the catalogue, which has no page', async () => {
    const page = await visit('/downloads');
    await tellVideo(page, { ...film, key: 'my-harbour/then', spotId: 'my-harbour', eraId: 'then' });
    const watch = page.getByRole('link', { name: 'Watch my-harbour' });
    expect(await watch.getAttribute('href')).toBe(film.src);
    expect((await page.request.get(film.src ?? '')).headers()['content-type']).toBe('video/mp4');
    await page.context().close();
  });

  it('of a film that is not made: what it would show, and the prompt that would be sent', async () => {
    const prompt = await (await fetch(`${app.url}/api/videos/petra/nabataean/prompt`)).text();
    expect(prompt).toContain('Petra');
    const gallery = await visit('/');
    const card = cardOf(gallery, 'Petra Treasury');
    await card.locator('summary').click();
    await expect.poll(() => card.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe(prompt);
    const description = await card.locator('.shows').textContent();
    expect(await card.locator('.plate .description').textContent()).toBe(description);
    await gallery.context().close();

    const spot = await visit('/spots/petra/nabataean');
    await spot.getByText('See the prompt').click();
    await expect.poll(() => spot.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe(prompt);
    await spot.context().close();
  });

  it('of a prompt that is kept from this visitor', async () => {
    const page = await visit('/');
    await page.route('**/prompt', (route) => route.fulfill({ status: 401, body: '{}' }));
    const card = cardOf(page, 'Petra Treasury');
    await card.locator('summary').click();
    await card.getByText('Moderation has not passed this prompt.').waitFor();
    expect(await card.getByRole('textbox', { name: 'Prompt' }).count()).toBe(0);
    await page.context().close();
  });

  it('aloud, and only when the stage changes', async () => {
    const page = await visit('/');
    const aloud = page.locator('p.visually-hidden[aria-live="polite"]');
    const saving = (bytesReceived: number): VideoView => ({
      ...unmade,
      state: 'uncaptured',
      live: { stage: 'downloading', at: new Date().toISOString(), bytesReceived, bytesTotal: 1000 },
    });
    expect(await aloud.textContent()).toBe('');
    await tellVideo(page, saving(1));
    await expect.poll(() => aloud.textContent()).toBe('Petra Treasury, Today: saving.');
    await aloud.evaluate((place) => {
      new MutationObserver(() => place.setAttribute('data-spoke', '')).observe(place, {
        characterData: true,
        childList: true,
        subtree: true,
      });
    });
    await tellVideo(page, saving(900));
    await cardOf(page, 'Petra Treasury').locator('label', { hasText: '2020s' }).click();
    await cardOf(page, 'Petra Treasury').getByText('Saving 900').waitFor();
    expect(await aloud.getAttribute('data-spoke')).toBeNull();
    await tellVideo(page, { ...unmade, state: 'failed', problem: FULL });
    await expect.poll(() => aloud.textContent()).toBe('Petra Treasury, Today: failed.');
    await page.context().close();
  });

  it('of a visitor who is offline, and of one who is back', async () => {
    // To a page of this machine the network is no matter; this name is taken for another's.
    const page = await visit('/', app.url.replace('127.0.0.1', 'reelkeep.localhost'));
    await page.context().setOffline(true);
    await page.getByRole('status').getByText('You are offline.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('You are offline.').waitFor({ state: 'hidden' });
    await page.context().close();
  });
});

/** Runs in the page. */
function whatTheNoticesHide(): string[] {
  const focused = document.activeElement;
  const notices = document.querySelector('.notices');
  if (!focused || !notices || focused === document.body || notices.contains(focused)) return [];
  // Of a radio button that only its label shows, the label.
  const seen = focused.closest('label') ?? focused;
  const isHidden = seen.getBoundingClientRect().top >= notices.getBoundingClientRect().top - 1;
  return isHidden ? [seen.textContent.trim()] : [];
}

/** Where a bar stands beside the words, only what happens to the newer film is said. */
function lastOf(words: string): string {
  return words.replace(/^A newer film is under way\. ?/, '') || 'Ordered';
}
