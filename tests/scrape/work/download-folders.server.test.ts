import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import { DownloadFolders } from '#lib/scrape/work/download-folders.server.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const ROME = { channelId: 'news', videoId: 'rome' };
const DAY_MS = 24 * 3_600_000;

function open() {
  const root = temporaryFolder();
  const folders = new DownloadFolders(root);
  const names = () => ['news~rome~1', 'news~rome~2', 'news~rome2~1'].filter((name) => existsSync(folders.pathOf(name)));
  return { root, folders, names };
}

describe('the folders of downloads', () => {
  it('are one for each time that a film is taken up, and hand over what is there', async () => {
    const { folders, names } = open();
    const first = await folders.open(folders.nameOf(ROME, 1));
    writeFileSync(join(first, 'film.part'), 'film');
    const second = await folders.open(folders.nameOf(ROME, 2), 'news~rome~1');
    expect(names()).toEqual(['news~rome~2']);
    expect(existsSync(join(second, 'film.part'))).toBe(true);
    expect(folders.hasFile('news~rome~2', 'film.part', 4)).toBe(true);
    expect(folders.hasFile('news~rome~2', 'film.part', 5)).toBe(false);
    expect(folders.hasFile('news~rome~3', 'film.part', 4)).toBe(false);
  });

  it('begin empty where what was left is gone', async () => {
    const { folders } = open();
    expect(existsSync(await folders.open('news~rome~2', 'news~rome~1'))).toBe(true);
  });

  it('of a film are removed together, and no others', async () => {
    const { folders, names } = open();
    for (const name of ['news~rome~1', 'news~rome~2', 'news~rome2~1']) await folders.open(name);
    await folders.removeAllOf(ROME);
    expect(names()).toEqual(['news~rome2~1']);
  });

  it.each<[string, Partial<ScrapedRecord> | undefined, number, boolean]>([
    ['nobody needs', {}, 0, false],
    ['a process works in', { lease: { owner: 'x', fence: 1, expiresAt: '2026-11-21T00:00:00.000Z' } }, 9, true],
    ['has a film on its way to the store', { fetched: { folder: 'news~rome~1' } as ScrapedRecord['fetched'] }, 9, true],
    ['has a film of another folder', { fetched: { folder: 'news~rome~9' } as ScrapedRecord['fetched'] }, 0, false],
    ['can be gone on with', { leftover: { folder: 'news~rome~1', request: '' } }, 6, true],
    ['nobody has gone on with for a week', { leftover: { folder: 'news~rome~1', request: '' } }, 8, false],
    ['is not on record, and new', undefined, 0.9, true],
    ['is not on record', undefined, 1.1, false],
  ])('sweep what %s', async (_what, change, days, isKept) => {
    const { folders, names } = open();
    const path = await folders.open('news~rome~1');
    const nowMs = Date.now();
    const touched = new Date(nowMs - days * DAY_MS);
    utimesSync(path, touched, touched);
    await folders.sweep(async () => change && { ...storedRecord('news/rome', {}), ...change }, nowMs);
    expect(names()).toEqual(isKept ? ['news~rome~1'] : []);
  });

  it('leave alone what is not theirs', async () => {
    const { root, folders } = open();
    mkdirSync(join(root, '.downloads', 'other'), { recursive: true });
    await folders.sweep(async () => undefined, Date.now() + 9 * DAY_MS);
    expect(existsSync(join(root, '.downloads', 'other'))).toBe(true);
  });
});
