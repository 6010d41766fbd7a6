import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { systemClock } from '#lib/base/clock.ts';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { addMediaItem, adoptFiles, listMediaItems, saveAllToDisk } from '#lib/media/index.ts';
import { saveVideoToDisk } from '#lib/media/save/save-video.server.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { Child } from '../../fixtures/processes/child.ts';
import { refuseRenames } from '../../fixtures/refused-rename.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const film = Buffer.from(await makeMp4({ sizeBytes: 4000 }));
const otherBytes = Buffer.from(film).fill(7, film.length - 10);
const other = Buffer.from(await makeMp4({ sizeBytes: 5000 }));
const CLIP = { success: true, fileName: 'clip.mp4', localPath: 'projects/p1/videos/clip.mp4', sizeBytes: film.length };
const DAY_MS = 24 * 3_600_000;

async function world() {
  const library = mediaProject();
  const videos = join(library.root, 'projects/p1/videos');
  let fetched = 0;
  const origin = await loopback((_request, response) => {
    fetched += 1;
    response.end(film);
  });
  const saving = { projectId: 'p1', fileName: 'clip.mp4' };
  const windows = () => ({ clock: new FakeClock(Date.now()), platform: 'win32' });
  return {
    ...{ library, windows, url: `${origin}/film.mp4` },
    files: () => (existsSync(videos) ? readdirSync(videos).sort() : []),
    path: (name: string) => join(videos, name),
    fetches: () => fetched,
    saveLink: (url = `${origin}/film.mp4`) => saveVideoToDisk({ ...saving, url }, windows()),
    saveData: (fileData = film, fileName = 'clip.mp4') => saveVideoToDisk({ ...saving, fileName, fileData }, windows()),
  };
}

describe('a rename that stays refused', () => {
  it('of a link: the next equal save completes it, and fetches nothing', async () => {
    const { saveLink, files, fetches } = await world();
    const end = refuseRenames();
    expect(await saveLink()).toMatchObject({ success: false, code: 'busy', retryable: true });
    expect(await saveLink()).toMatchObject({ success: false, code: 'busy' });
    end();
    expect(await saveLink()).toMatchObject({ ...CLIP, durationSeconds: 2 });
    expect(files()).toEqual(['clip.mp4']);
    expect(fetches()).toBe(1);
  });

  it('of data: the next equal save completes it, and other data of that name gets another one', async () => {
    const { saveData, files, path } = await world();
    const end = refuseRenames();
    expect(await saveData()).toMatchObject({ success: false, code: 'busy' });
    end();
    expect(await saveData(other)).toMatchObject({ success: true, fileName: 'clip-2.mp4' });
    expect(await saveData()).toMatchObject(CLIP);
    expect(readFileSync(path('clip.mp4')).equals(film)).toBe(true);
    expect(files()).toEqual(['clip-2.mp4', 'clip.mp4']);
  });

  it('of another link: a save of this one fetches it', async () => {
    const { saveLink, url, files, fetches } = await world();
    const end = refuseRenames();
    await saveLink(`${url}?id=1`);
    end();
    expect(await saveLink(`${url}?id=2`)).toMatchObject({ success: true, fileName: 'clip-2.mp4' });
    expect(fetches()).toBe(2);
    expect(files()).toContain('clip.mp4.part');
  });

  it('is tried again by the next look for files, which adds the item', async () => {
    const { saveData, files } = await world();
    const end = refuseRenames();
    await saveData();
    expect(await adoptFiles()).toEqual([]);
    end();
    expect(await adoptFiles()).toMatchObject([{ name: 'clip.mp4', isLocalFile: true, fileSize: film.length }]);
    expect(files()).toEqual(['clip.mp4']);
  });
});

it('killed at any moment, the film is fetched at most once more, and nothing of it stays', async () => {
  const { url, files, path, library, fetches, saveLink } = await world();
  const start = (...words: string[]) => new Child('media/save-child.ts', [url, ...words]);
  // It makes the library; the next one is the one to look at.
  await start().line();
  rmSync(join(library.root, 'projects'), { recursive: true });
  const calls = z.array(z.string()).parse(JSON.parse((await start().line()) ?? ''));
  let wholeParts = 0;
  for (let nth = 1; nth <= calls.length; nth += 1) {
    rmSync(join(library.root, 'projects'), { recursive: true });
    expect(await start(String(nth)).exit, `call ${nth}`).toBe('SIGKILL');
    const [fetchedBefore, before] = [fetches(), files()];
    const note = path('clip.mp4.part.save');
    const isRenamed = before.includes('clip.mp4');
    const isWhole = existsSync(note) && /sha256/.test(readFileSync(note, 'utf8'));
    const found = await adoptFiles();
    if (isWhole) expect(found.length, `call ${nth}`).toBe(1);
    if (isWhole && !isRenamed) wholeParts += 1;
    if (found.length === 0) expect(await saveLink(), `call ${nth}`).toMatchObject({ success: true });
    expect(fetches() - fetchedBefore, `call ${nth}`).toBe(found.length === 0 ? 1 : 0);
    await adoptFiles({ clock: { ...systemClock, now: () => Date.now() + 2 * DAY_MS } });
    expect(files().length, `call ${nth}: ${files()}`).toBe(1);
  }
  expect(wholeParts).toBeGreaterThan(0);
});

it('equal saves at once leave each its film, and nothing else', async () => {
  const { root } = mediaProject();
  for (let round = 0; round < 100; round += 1) {
    const save = () => saveVideoToDisk({ projectId: `p${round}`, fileName: 'clip.mp4', fileData: film });
    await Promise.all([save(), save(), save(), save()]);
    const names = readdirSync(join(root, `projects/p${round}/videos`)).sort();
    expect(names).toEqual(['clip-2.mp4', 'clip-3.mp4', 'clip-4.mp4', 'clip.mp4']);
  }
});

describe('a part', () => {
  async function left() {
    const all = await world();
    const end = refuseRenames();
    await all.saveData();
    end();
    return all;
  }
  const later = (ms: number) => ({ clock: { ...systemClock, now: () => Date.now() + ms } });

  it('that a living process works on stays as it is, however old', async () => {
    const { path, files, saveLink } = await left();
    const lock = tryFileLock(path('clip.mp4.part.lock'));
    const before = files();
    expect(await adoptFiles(later(3 * DAY_MS))).toEqual([]);
    truncateSync(path('clip.mp4.part'), 100);
    expect(await adoptFiles(later(3 * DAY_MS))).toEqual([]);
    expect(await saveLink()).toMatchObject({ success: true, fileName: 'clip-2.mp4' });
    expect(files()).toEqual(expect.arrayContaining(before));
    lock?.release();
  });

  it.each([
    ['was cut', (path: string) => truncateSync(path, 3000)],
    ['has other bytes', (path: string) => writeFileSync(path, otherBytes)],
  ])('that %s never becomes a film, and is removed after a day', async (_what, damage) => {
    const { path, files, saveData } = await left();
    damage(path('clip.mp4.part'));
    expect(await adoptFiles(later(DAY_MS - 60_000))).toEqual([]);
    expect(files()).toContain('clip.mp4.part');
    expect(await saveData()).toMatchObject({ success: true, fileName: 'clip-2.mp4' });
    await adoptFiles(later(DAY_MS + 60_000));
    expect(files()).toEqual(['clip-2.mp4']);
  });

  it('never takes the place of another file', async () => {
    const { path } = await left();
    writeFileSync(path('clip.mp4'), other);
    await adoptFiles(later(3 * DAY_MS));
    expect(readFileSync(path('clip.mp4')).equals(other)).toBe(true);
    expect(readFileSync(path('clip.mp4.part')).equals(film)).toBe(true);
  });

  it('of other work, and of an item that is being saved, stays', async () => {
    const { path, files, library } = await left();
    writeFileSync(path('fal.mp4.part'), film);
    utimesSync(path('fal.mp4.part'), 0, 0);
    await addMediaItem('p1', { id: 'a', name: 'a' });
    const savingAs = 'projects/p1/videos/clip.mp4';
    await library.store.update('p1/a', (current) => current && { ...current, savingAs });
    await adoptFiles(later(3 * DAY_MS));
    expect(files()).toEqual(expect.arrayContaining(['clip.mp4.part', 'fal.mp4.part']));
  });

  it('that was cut before it was whole is removed by a save a day later, which takes its name', async () => {
    const { path, files, saveData } = await world();
    await saveData(other, 'other.mp4');
    writeFileSync(path('clip.mp4.part'), film.subarray(0, 100));
    writeFileSync(path('clip.mp4.part.save'), '{"asked":"x"}\n');
    expect(await saveData()).toMatchObject({ fileName: 'clip-2.mp4' });
    for (const name of ['clip.mp4.part', 'clip.mp4.part.save']) utimesSync(path(name), 0, 0);
    expect(await saveData()).toMatchObject({ fileName: 'clip.mp4' });
    expect(files()).toEqual(['clip-2.mp4', 'clip.mp4', 'other.mp4']);
  });

  it('that was saved for an item has no note of a save', async () => {
    const { url, files } = await world();
    await addMediaItem('p1', { id: 'a', name: 'a.mp4', originalUrl: url });
    await saveAllToDisk('p1');
    expect(files()).toEqual(['a.mp4']);
    expect(await listMediaItems('p1')).toMatchObject([{ id: 'a', isLocalFile: true }]);
  });
});
