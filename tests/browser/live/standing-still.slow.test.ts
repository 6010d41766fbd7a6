import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Snapshot, VideoView } from '#lib/web/videos/view.ts';
import { findChromium, launchChromium, listening, openPage, WITHOUT_CHROMIUM } from '../../fixtures/app/browser.ts';
import { makeVideo, orderVideo, type RunningApp, startApp, viewOf } from '../../fixtures/app/built-app.ts';
import { everyChange } from '../../fixtures/app/every-change.ts';
import { tellEach, tellOnly, tellVideo } from '../../fixtures/app/told-page.ts';

const chromium = findChromium();
const title = `what changes by itself moves nothing (${chromium ?? WITHOUT_CHROMIUM})`;
const MINUTE_MS = 60_000;
const NEW = 'london-bridge/today';
const FILM = 'eiffel-tower/1900';
const RUNNING = 'colosseum/today';
const STOPPED = 'parthenon/today';

/** So tall that every page is in sight as a whole: what moves anywhere on it is seen to move. */
const SCREENS = [
  ['a desk', { viewport: { width: 1440, height: 6000 } }],
  ['a small window', { viewport: { width: 900, height: 6000 } }],
  ['a phone', { viewport: { width: 390, height: 14_000 }, hasTouch: true, isMobile: true }],
] as const satisfies ReadonlyArray<readonly [string, BrowserContextOptions]>;

const PLACES: Array<[place: string, path: string, key: string, prepare?: (page: Page) => Promise<void>]> = [
  ['the gallery', '/', NEW],
  ['the gallery, at an open drawer', '/', FILM, openDrawers],
  ['the page of a place', `/spots/${NEW}`, NEW],
  ['the page of a place with a film', `/spots/${FILM}`, FILM],
  ['the page of a place with its drawer open', `/spots/${FILM}`, FILM, openDrawers],
  ['another era of that place', `/spots/${FILM}`, 'eiffel-tower/1888'],
  ['the downloads, for what runs', '/downloads', RUNNING],
  ['the downloads, for what stopped', '/downloads', STOPPED],
  ['the downloads, for what is saved', '/downloads', FILM],
  ['the downloads, for what is new', '/downloads', NEW],
];

// No input at all is given while states change, so no shift is excused: every one that the browser counts is listed.
describe.skipIf(chromium === undefined).each(SCREENS)(`${title}, on %s`, (_screen, options) => {
  let browser: Browser;
  let app: RunningApp;
  let real: Snapshot;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    app = await startApp({ sandbox: { taskDurationMs: 200 } });
    app.sandbox.script({ fault: 'never-finishes', match: { prompt: 'Colosseum' } });
    app.sandbox.script({ fault: 'task-failed', match: { prompt: 'Parthenon' } });
    await makeVideo(app, FILM);
    for (const key of [RUNNING, STOPPED]) await orderVideo(app, key);
    await vi.waitFor(async () => expect((await viewOf(app, STOPPED)).state).toBe('failed'), 20_000);
    real = await (await fetch(`${app.url}/api/videos`)).json();
  }, 6 * MINUTE_MS);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it.each(PLACES)('%s, in every state and from each to the next', async (_place, path, key, prepare) => {
    const { page, layoutShifts } = await openPage(browser, app.url, options);
    await tellOnly(page);
    await page.goto(path);
    await listening(page);
    await prepare?.(page);
    const atFirst = await layoutShifts();
    const states = everyChange(viewIn(real, key), Date.parse(real.now), viewIn(real, FILM).src ?? '');
    const changes = [...states, ...states.toReversed()].map(([name, view], index, all) => ({
      name: `${all[index - 1]?.[0] ?? 'as it was'} -> ${name}`,
      view,
      spend: { ...real.spend, totalUsd: sumFor(name), unpriced: name.length % 3 },
    }));
    const moved = await tellEach(page, changes);
    expect([['at first', atFirst], ...moved].filter(([, shifts]) => shifts?.length)).toEqual([]);
    expect(moved.length).toBeGreaterThan(40);
    await page.context().close();
  });

  it.each([
    ['/', NEW],
    [`/spots/${NEW}`, NEW],
    ['/downloads', RUNNING],
  ])('%s while seconds become minutes', async (path, key) => {
    const { page, layoutShifts } = await openPage(browser, app.url, options);
    await tellOnly(page);
    await page.goto(path);
    await listening(page);
    const at = new Date().toISOString();
    const live = { stage: 'generating', at, elapsedMs: 58_500 } as const;
    await tellVideo(page, { ...viewIn(real, key), state: 'generating', submittedAt: at, live });
    const minute = page.getByText(/1\smin.* so far/).filter({ visible: true });
    await minute.first().waitFor();
    expect(await layoutShifts()).toEqual([]);
    await page.context().close();
  });
});

/** Sums of all widths, one a state. */
function sumFor(name: string): number {
  return 0.5 * 10 ** (name.length % 5);
}

async function openDrawers(page: Page): Promise<void> {
  const summaries = await page.locator('details > summary').all();
  for (const summary of summaries) await summary.click();
  // What follows within half a second of a click is taken for its consequence.
  await page.waitForTimeout(600);
}

function viewIn({ videos }: Snapshot, key: string): VideoView {
  const found = videos.find((view) => view.key === key);
  if (!found) throw new Error(`There is no ${key}.`);
  return found;
}
