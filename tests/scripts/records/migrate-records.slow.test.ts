import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scrapedRecords } from '#lib/scrape/index.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import { openDatabase, type PartStore, recordStores } from '#lib/stores/records/open-record-store.server.ts';
import { ScriptRun } from '../../fixtures/processes/script.ts';
import { filmRecords } from '../../fixtures/records/film-records.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';
import { describePostgres } from '../../fixtures/servers/postgres.ts';

/** A project with films on record. */
function project(films: number) {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'reelkeep-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const data = join(root, 'src/lib/data');
  mkdirSync(data, { recursive: true });
  const path = join(data, 'generated-videos.json');
  writeFileSync(path, JSON.stringify(filmRecords(films)));
  const run = (name: string, args: string[], env: Record<string, string> = {}) =>
    new ScriptRun(name, args, { WANX_PROJECT_ROOT: root, ...env }).finished;
  return { root, path, run };
}

describe('npm run migrate-records', () => {
  it('moves every part to the database and back, and says what to set', async () => {
    const { root, path, run } = project(30);
    const records = JSON.parse(readFileSync(path, 'utf8'));
    const DATABASE = { REELKEEP_DATABASE: 'sqlite:data/reel.db' };
    const shown = await run('records/migrate-records', ['--dry-run'], DATABASE);
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('videos: 30 records in')]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(30);

    const moved = await run('records/migrate-records', ['--json'], DATABASE);
    expect(moved.code).toBe(0);
    const place = `sqlite:${join(root, 'data/reel.db')}`;
    expect(moved.json).toContainEqual(
      expect.objectContaining({ type: 'moved', part: 'videos', outcome: 'moved', records: 30, to: place }),
    );

    const without = await run('videos', []);
    expect([without.code, without.stderr]).toEqual([3, expect.stringContaining(`moved to ${place}`)]);
    const within = await run('videos', ['--json'], DATABASE);
    expect(within.json.filter(({ type }) => type === 'video')).toHaveLength(30);

    const back = await run('records/migrate-records', ['--to', 'json'], DATABASE);
    expect([back.code, back.stdout]).toEqual([0, expect.stringContaining('unset REELKEEP_DATABASE')]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(records);
  });

  it('says what is missing, and nothing of a password', async () => {
    const { run } = project(1);
    const nowhere = await run('records/migrate-records', []);
    expect([nowhere.code, nowhere.stderr]).toEqual([3, expect.stringContaining('REELKEEP_DATABASE')]);
    const url = 'postgres://me:a-secret@127.0.0.1:1/reel';
    const unreachable = await run('records/migrate-records', ['--to', url]);
    expect([unreachable.code, unreachable.stdout + unreachable.stderr]).toEqual([
      expect.any(Number),
      expect.not.stringContaining('a-secret'),
    ]);
    expect(unreachable.stderr).toContain('127.0.0.1:1');
  });
});

const SLOW = { timeout: 300_000 };
const SCRAPED = 1000;
const PLACES = ['json', 'sqlite', 'postgres'] as const;
type Place = (typeof PLACES)[number];
type Store = PartStore<ScrapedRecord>;
const MOVES = [
  ['json', 'sqlite'],
  ['sqlite', 'postgres'],
  ['postgres', 'json'],
] as const;

/** Films of ten channels, in another order than that of their keys; some have failed, some have pictures. */
function scrapedFilms(): ScrapedRecord[] {
  return Array.from({ length: SCRAPED }, (_, index): ScrapedRecord => {
    const number = (index * 7919) % SCRAPED;
    const record = storedRecord(`channel-${number % 10}/film-${number}`, { sizeBytes: number, pictureBytes: 10 });
    const title = `Film ${number}: a\u0000b \ud83d \u{1f3ac}`;
    if (number % 7 > 0) return { ...record, title, ofAnotherVersion: { kept: [number, null] } };
    const { stored: _stored, pictureObjects: _pictures, ...rest } = record;
    return {
      ...rest,
      title,
      download_status: 'failed',
      download_error: 'It was removed.',
      download_error_code: 'not-found',
    };
  });
}

/** Over the records as an app reads them that starts now. */
async function hashOf(store: Store): Promise<string> {
  const records = await Array.fromAsync(store.find());
  const byKey = records.map((record) => JSON.stringify([scrapedRecords.format.keyOf(record), record])).sort();
  expect(byKey).toHaveLength(SCRAPED);
  return createHash('sha256').update(byKey.join('\n')).digest('hex');
}

/** The scraped films of a project, wherever they may be. */
function scrapedStores(root: string, postgres: string) {
  const jsonPath = join(root, 'src/lib/data/scraped-videos.json');
  const places = { json: undefined, sqlite: `sqlite:${join(root, 'data/reel.db')}`, postgres };
  const open = recordStores(scrapedRecords);
  return {
    jsonPath,
    addressOf: (place: Place) => places[place] ?? 'json',
    /** As an app opens them that starts now. */
    store: (place: Place) => recordStores(scrapedRecords)({ jsonPath, database: places[place] }),
    /** As one that has been running for long. */
    longOpen: (place: Place) => open({ jsonPath, database: places[place] }),
  };
}

function hasFilms(store: Store): Promise<boolean> {
  return store.get('channel-0/film-0').then(
    (film) => film !== undefined,
    () => false,
  );
}

function canChange(store: Store): Promise<boolean> {
  return store
    .update('no/film', () => undefined)
    .then(
      () => true,
      () => false,
    );
}

/**
 * Looks all the while whether the films are in the newer store and the older one can still be changed: what an app writes there
 * would be lost. (A database that is new and empty can be used by anybody.)
 */
async function whileWatched<T>(work: Promise<T>, newer: Store, older: Store): Promise<T> {
  let isOver = false;
  const ended = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const used = [await hasFilms(newer), await canChange(older)];
    expect(used).not.toEqual([true, true]);
    await nextTurn();
  }
  return ended;
}

describePostgres('npm run migrate-records with a real PostgreSQL', (server) => {
  it('moves 1000 scraped films through all stores and back, never with two in use', SLOW, async () => {
    const { root, run } = project(0);
    const postgres = server.url(await server.create());
    onTestFinished(() => openDatabase(postgres).close());
    const { jsonPath, addressOf, store, longOpen } = scrapedStores(root, postgres);
    writeFileSync(jsonPath, JSON.stringify(scrapedFilms()));
    const [text, before] = [readFileSync(jsonPath, 'utf8'), await hashOf(store('json'))];
    const sums = new Set<unknown>();
    for (const [from, to] of MOVES) {
      const command = run('records/migrate-records', ['--from', addressOf(from), '--to', addressOf(to), '--json']);
      const { code, json, stdout } = await whileWatched(command, longOpen(to), longOpen(from));
      const moved = json.find(({ part }) => part === 'scraped-videos');
      expect([code, moved]).toMatchObject([0, { type: 'moved', outcome: 'moved', records: SCRAPED }]);
      expect(stdout).not.toContain('a-secret');
      sums.add(moved?.sha256);
      const writable = PLACES.map((place) => canChange(store(place)));
      expect(await Promise.all(writable)).toEqual(PLACES.map((place) => place === to));
      expect(await hashOf(store(to))).toBe(before);
    }
    expect([...sums]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(JSON.parse(readFileSync(jsonPath, 'utf8'))).toEqual(JSON.parse(text));
  });
});
