// `node tests/browser/make-screenshots.ts`: makes the pictures of docs/screenshots anew, from the built app on the sandbox.
// The posters and sprite sheets of its films are made by the ffmpeg on PATH.
import { mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Snapshot } from '#lib/web/videos/view.ts';
import { findChromium, launchChromium, listening, openPage } from '../fixtures/app/browser.ts';
import { makeVideo, type RunningApp, startApp, viewOf } from '../fixtures/app/built-app.ts';
import { everyState, pretend } from '../fixtures/app/page-states.ts';
import { filmUpload } from '../fixtures/media/media-world.ts';
import { FilmShelf } from '../fixtures/scrape/film-shelf.ts';

const folder = resolve(import.meta.dirname, '../../docs/screenshots');
const LARGEST_BYTES = 300_000;
/** For pictures and fades to settle. */
const SETTLE_MS = 900;
const PICTURES_WITHIN_MS = 60_000;

const MADE = [
  'eiffel-tower/1888',
  'eiffel-tower/1900',
  'eiffel-tower/today',
  'colosseum/imperial',
  'colosseum/today',
  'parthenon/classical',
  'giza/today',
  'times-square/1955',
  'machu-picchu/inca',
  'golden-gate/today',
];

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
const WALL = { width: 2560, height: 1400 };
/** The whole wall in a picture of half its size. */
const WALL_SCALE = 0.5;

interface Shot {
  name: string;
  path: string;
  viewport: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
  /** Shows states that are rare or slow. */
  states?: boolean;
  act?: (page: Page) => Promise<void>;
}

const SHOTS: Shot[] = [
  { name: 'gallery-light', path: '/', viewport: DESK },
  { name: 'gallery-dark', path: '/', viewport: DESK, colorScheme: 'dark' },
  { name: 'gallery-wide', path: '/', viewport: WALL },
  { name: 'gallery-phone', path: '/', viewport: PHONE },
  {
    name: 'gallery-states',
    path: '/',
    viewport: { width: 1280, height: 1700 },
    states: true,
    act: downTo('London Bridge'),
  },
  { name: 'spot-light', path: '/spots/colosseum/today', viewport: DESK },
  { name: 'spot-dark', path: '/spots/colosseum/imperial', viewport: DESK, colorScheme: 'dark' },
  { name: 'spot-phone', path: '/spots/eiffel-tower/1900', viewport: PHONE, colorScheme: 'dark' },
  { name: 'wipe-light', path: '/spots/eiffel-tower/1900', viewport: DESK, act: wipe },
  { name: 'wipe-dark', path: '/spots/eiffel-tower/1900', viewport: DESK, colorScheme: 'dark', act: wipe },
  { name: 'spot-made', path: '/spots/eiffel-tower/1900', viewport: { width: 1280, height: 1100 }, act: openDrawer },
  { name: 'spot-moments', path: '/spots/eiffel-tower/1900', viewport: DESK, colorScheme: 'dark', act: findMoment },
  { name: 'spot-missing', path: '/spots/colosseum/grand-tour', viewport: DESK },
  { name: 'spot-question', path: '/spots/eiffel-tower/1900', viewport: DESK, act: askAgain },
  { name: 'spot-generating', path: '/spots/london-bridge/1600', viewport: DESK, states: true },
  { name: 'spot-saving-phone', path: '/spots/petra/nabataean', viewport: PHONE, states: true },
  { name: 'spot-failed', path: '/spots/times-square/1908', viewport: DESK, colorScheme: 'dark', states: true },
  { name: 'spot-cancelled', path: '/spots/the-bund/1930', viewport: DESK, states: true },
  { name: 'spot-newer-failed', path: '/spots/giza/today', viewport: DESK, states: true, act: downToState },
  { name: 'deadline-banner', path: '/spots/galata-tower/1400', viewport: DESK, states: true },
  {
    name: 'deadline-banner-phone',
    path: '/spots/galata-tower/1400',
    viewport: PHONE,
    colorScheme: 'dark',
    states: true,
  },
  { name: 'gallery-prompt-phone', path: '/', viewport: PHONE, act: openCard('London Bridge') },
  { name: 'not-found', path: '/spots/atlantis', viewport: DESK },
  { name: 'downloads-light', path: '/downloads', viewport: { width: 1280, height: 1000 }, states: true, act: showAll },
  {
    name: 'downloads-dark',
    path: '/downloads',
    viewport: { width: 1280, height: 1000 },
    colorScheme: 'dark',
    states: true,
    act: showAll,
  },
  { name: 'downloads-phone', path: '/downloads', viewport: PHONE, states: true, act: showAll },
  { name: 'storage-light', path: '/storage', viewport: { width: 1280, height: 1700 } },
  { name: 'media-light', path: '/media?project=harbour', viewport: { width: 1280, height: 1300 }, act: addFilms },
];

/** A month of two harbours, of which one film is under way and one failed. */
async function stockStorage({ folder }: RunningApp): Promise<void> {
  const clips = await Promise.all([0, 1, 2, 3].map(async (variant) => (await filmUpload('', variant)).buffer));
  const shelf = await FilmShelf.in(folder, clips);
  shelf.add('north-pier/ferry', {
    ...{ title: 'The ferry in the rain', download_status: 'downloading' },
    processing_jobs: [
      {
        ...({ attempt: 1, status: 'running', stage: 'downloading', startedAt: new Date().toISOString() } as const),
        ...{ bytesReceived: 61e6, bytesTotal: 94e6, bytesPerSecond: 3.1e6 },
      },
    ],
    lease: { owner: 'another', fence: 1, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
  });
  const titles = [
    'Fog over the harbour',
    'The last boat',
    'Nets on the quay',
    'First snow',
    'Low tide',
    'The lighthouse',
  ];
  for (const [index, title] of titles.entries())
    shelf.store(`${index % 3 ? 'north-pier' : 'old-town'}/film-${index}`, { title, daysAgo: 5 * index + 1 });
  shelf.write();
}

async function addFilms(page: Page): Promise<void> {
  const names = ['lighthouse.mp4', 'low-tide.mp4', 'quay-at-dawn.mp4'];
  await page
    .getByLabel('Film files')
    .setInputFiles(await Promise.all(names.map((name, index) => filmUpload(name, index))));
  await page.getByText(/^3\sfilms saved to disk\.$/).waitFor();
  await page.waitForFunction(() => {
    const pictures = [...document.querySelectorAll('.row .picture > *')];
    const isDrawn = (one: Element) =>
      one instanceof HTMLImageElement ? one.naturalWidth > 0 : one.classList.contains('drawn');
    return pictures.length > 2 && pictures.every(isDrawn);
  });
}

/** Of a film that was made twice. */
const VERSIONS: Shot = { name: 'spot-versions', path: '/spots/eiffel-tower/1900', viewport: DESK, act: openVersions };

async function openVersions(page: Page): Promise<void> {
  const summary = page.locator('summary').filter({ hasText: '2 films' });
  await summary.click();
  await page.locator('.still img').nth(1).waitFor();
  await summary.evaluate((element) => element.scrollIntoView({ block: 'center' }));
}

async function makeAgain(app: RunningApp, key: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await fetch(`${app.url}/api/videos/${key}`, { method: 'POST', headers, body: JSON.stringify({ force: true }) });
  const endsAt = Date.now() + PICTURES_WITHIN_MS;
  while ((await viewOf(app, key)).formerVersions === undefined && Date.now() < endsAt) await wait(100);
  await hasPictures(app, key);
}

async function wipe(page: Page): Promise<void> {
  await page.getByRole('slider', { name: 'Time' }).focus();
  for (let step = 0; step < 5; step++) await page.keyboard.press('Shift+ArrowRight');
}

async function findMoment(page: Page): Promise<void> {
  const line = page.getByLabel('Position in the film');
  const { x = 0, y = 0, width = 0, height = 0 } = (await line.boundingBox()) ?? {};
  await page.mouse.move(x + width * 0.6, y + height / 2);
  await page.locator('.preview .tile').waitFor();
}

async function openDrawer(page: Page): Promise<void> {
  await page.getByText('How this was made').click();
  await page.getByText('How this was made').evaluate((summary) => summary.scrollIntoView({ block: 'start' }));
}

function openCard(heading: string): (page: Page) => Promise<void> {
  return async (page) => {
    const card = page.getByRole('article').filter({ hasText: heading });
    await card.locator('summary').click();
    await card.getByRole('textbox').waitFor();
    await card.evaluate((element) => element.scrollIntoView());
  };
}

async function downToState(page: Page): Promise<void> {
  await page.locator('.film').evaluate((place) => place.scrollIntoView({ block: 'center' }));
}

async function askAgain(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Generate .* again/ }).click();
  await page.getByText('This buys a new video').waitFor();
}

async function showAll(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Show \d+ more/ }).click();
}

function downTo(heading: string): (page: Page) => Promise<void> {
  return (page) =>
    page
      .getByRole('article')
      .filter({ hasText: heading })
      .evaluate((card) => card.scrollIntoView());
}

async function take(browser: Browser, app: RunningApp, shot: Shot, states: Snapshot): Promise<void> {
  const { viewport, colorScheme = 'light' } = shot;
  const deviceScaleFactor = viewport === WALL ? WALL_SCALE : 1;
  const { page } = await openPage(browser, app.url, { viewport, colorScheme, deviceScaleFactor });
  if (shot.states) await pretend(page, states);
  await page.goto(shot.path);
  await page.locator('[data-link="live"], [data-link="polling"]').first().waitFor({ state: 'attached' });
  await shot.act?.(page);
  await save(page, shot.name);
}

async function save(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(SETTLE_MS);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  await page.context().close();
  const { size } = statSync(path);
  console.log(`${name}.png  ${Math.round(size / 1000)} kB${size > LARGEST_BYTES ? '  TOO LARGE' : ''}`);
  if (size > LARGEST_BYTES) process.exitCode = 1;
}

async function takeAll(browser: Browser): Promise<void> {
  const app = await startApp({
    sandbox: { taskDurationMs: 300 },
    env: { REELKEEP_PICTURES: '1' },
  });
  try {
    await take(browser, app, { name: 'gallery-empty', path: '/', viewport: DESK }, everyState(await read(app)));
    await take(
      browser,
      app,
      { name: 'downloads-empty', path: '/downloads', viewport: DESK },
      everyState(await read(app)),
    );
    for (const key of MADE) await makeVideo(app, key);
    for (const key of MADE) await hasPictures(app, key);
    await stockStorage(app);
    const states = everyState(await read(app));
    for (const shot of SHOTS) await take(browser, app, shot, states);
    await makeAgain(app, 'eiffel-tower/1900');
    await take(browser, app, VERSIONS, states);
    await takeOffline(browser, app);
    await takeLost(browser, app);
  } finally {
    await app.stop();
  }
  await takeLogin(browser);
}

async function hasPictures(app: RunningApp, key: string): Promise<void> {
  const endsAt = Date.now() + PICTURES_WITHIN_MS;
  while ((await viewOf(app, key)).pictures?.sprites === undefined) {
    if (Date.now() > endsAt) throw new Error(`${key} got no pictures:\n${app.log()}`);
    await wait(100);
  }
}

async function takeOffline(browser: Browser, app: RunningApp): Promise<void> {
  // To a page of this machine the network is no matter; this name is taken for another's.
  const { page } = await openPage(browser, app.url.replace('127.0.0.1', 'reelkeep.localhost'), { viewport: DESK });
  await page.goto('/');
  await listening(page);
  await page.waitForTimeout(SETTLE_MS);
  await page.context().setOffline(true);
  await page.getByText('You are offline.').waitFor();
  await save(page, 'gallery-offline');
}

async function takeLost(browser: Browser, app: RunningApp): Promise<void> {
  const opened = [
    await openPage(browser, app.url, { viewport: DESK }),
    await openPage(browser, app.url, { viewport: DESK }),
  ];
  for (const { page } of opened) {
    await page.goto('/');
    await listening(page);
  }
  await app.kill();
  for (const { page } of opened) await page.getByText('The server is not responding.').waitFor();
  const [stays, leaves] = opened;
  if (stays) await save(stays.page, 'gallery-server-lost');
  if (!leaves) return;
  await leaves.page.getByRole('link', { name: 'Downloads' }).first().click();
  await leaves.page.getByRole('button', { name: 'Try again' }).waitFor();
  await save(leaves.page, 'page-unreachable');
}

async function takeLogin(browser: Browser): Promise<void> {
  const app = await startApp({ env: { REELKEEP_ADMIN_TOKEN: 'a-token-of-many-characters' } });
  try {
    const { page } = await openPage(browser, app.url, { viewport: DESK });
    await page.goto('/login');
    await listening(page);
    await page.screenshot({ path: join(folder, 'login.png') });
    await page.getByLabel('Admin token').fill('a-wrong-token-of-some-length');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('The admin token is wrong.').waitFor();
    await save(page, 'login-refused');
  } finally {
    await app.stop();
  }
}

async function read(app: RunningApp): Promise<Snapshot> {
  return (await fetch(`${app.url}/api/videos`)).json();
}

const chromium = findChromium();
if (chromium === undefined) throw new Error('No Chromium found; name it in REELKEEP_CHROMIUM.');
mkdirSync(folder, { recursive: true });
const browser = await launchChromium(chromium);
await takeAll(browser).finally(() => browser.close());
