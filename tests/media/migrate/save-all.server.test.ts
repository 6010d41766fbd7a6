import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  addMediaItem,
  finishMediaPictures,
  listMediaItems,
  type SaveAllProgress,
  saveAllToDisk,
  saveVideoToDisk,
} from '#lib/media/index.ts';
import { fakeDraw, pictureNames } from '../../fixtures/media/fake-draw.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const VIDEOS = 'projects/p1/videos';
const idsOf = (items: ReadonlyArray<{ id: string }>) => items.map(({ id }) => id).sort();
const textIn = (root: string) => readFileSync(join(root, 'media-items.json'), 'utf8');

/** Serves the film at `/film`, and answers `/{status}` with it; `asked` counts. */
async function provider() {
  const asked: string[] = [];
  const origin = await loopback((request, response) => {
    asked.push(request.url ?? '');
    response.statusCode = Number(/^\/(\d{3})$/.exec(request.url ?? '')?.[1] ?? 200);
    response.end(response.statusCode === 200 ? film : 'refused');
  });
  return { origin, asked };
}

it('every item ends where it belongs, and a second run asks for nothing that is there', async () => {
  const { root } = mediaProject();
  const { origin, asked } = await provider();
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName: 'a.mp4', fileData: film });
  if (!saved.success) throw new Error(saved.error);
  await addMediaItem('p1', { id: 'disk', localPath: saved.localPath, fileSize: saved.sizeBytes });
  await addMediaItem('p1', { id: 'fresh', name: 'Harbour', originalUrl: `${origin}/film` });
  await addMediaItem('p1', { id: 'unnamed', modelId: 'fal-ai/veo3', createdAt: 7, originalUrl: `${origin}/film` });
  for (const status of [403, 404, 410])
    await addMediaItem('p1', { id: `${status}`, originalUrl: `${origin}/${status}` });
  await addMediaItem('p1', { id: 'page', url: 'blob:http://localhost/1' });
  await addMediaItem('p1', { id: 'page-404', url: 'blob:http://localhost/2', originalUrl: `${origin}/404` });
  await addMediaItem('p1', { id: 'nothing' });
  await addMediaItem('p1', { id: 'sound', type: 'audio', originalUrl: `${origin}/film` });
  const events: SaveAllProgress[] = [];
  const report = await saveAllToDisk('p1', { onProgress: (event) => events.push(event) });
  expect(idsOf(report.saved)).toEqual(['fresh', 'unnamed']);
  expect(idsOf(report.alreadyThere)).toEqual(['disk']);
  expect(idsOf(report.inBrowser)).toEqual(['page', 'page-404']);
  expect(idsOf(report.lost.map(({ item }) => item))).toEqual(['403', '404', '410', 'nothing']);
  expect(report.lost.every(({ reason }) => reason.length > 10)).toBe(true);
  expect(report.failed).toMatchObject([{ item: { id: 'sound' }, code: 'invalid-input' }]);
  expect(events.at(-1)).toMatchObject({ done: 10, total: 10 });
  expect(readdirSync(join(root, VIDEOS)).sort()).toEqual(['AI-Video-fal-ai-veo3-7.mp4', 'Harbour.mp4', 'a.mp4']);
  expect(readFileSync(join(root, VIDEOS, 'Harbour.mp4'))).toEqual(film);

  const items = await listMediaItems('p1');
  expect(items.find(({ id }) => id === 'fresh')).toMatchObject({
    ...{ isLocalFile: true, localPath: `${VIDEOS}/Harbour.mp4`, fileSize: film.length, originalUrl: `${origin}/film` },
    ...{ duration: 2, width: 320, height: 180, sha256: expect.any(String) },
  });
  expect(items.find(({ id }) => id === '404')).toMatchObject({ lostReason: expect.any(String) });
  expect(items.find(({ id }) => id === 'page-404')?.lostReason).toBeUndefined();
  expect(textIn(root)).not.toContain('savingAs');

  asked.length = 0;
  const again = await saveAllToDisk('p1');
  expect(idsOf(again.alreadyThere)).toEqual(['disk', 'fresh', 'unnamed']);
  expect(again.saved).toEqual([]);
  expect(asked).not.toContain('/film');
});

describe('a lost item', () => {
  it('is asked for again until its date has passed: a proxy may have refused', async () => {
    mediaProject();
    let status = 403;
    const origin = await loopback((_request, response) => {
      response.statusCode = status;
      response.end(status === 200 ? film : 'refused');
    });
    await addMediaItem('p1', { id: 'a', originalUrl: `${origin}/a.mp4` });
    expect((await saveAllToDisk('p1')).lost).toHaveLength(1);
    status = 200;
    const { saved } = await saveAllToDisk('p1');
    expect(saved).toMatchObject([{ id: 'a', isLocalFile: true }]);
    expect(saved[0]?.lostReason).toBeUndefined();
  });

  it('stays lost until its link works again, whatever else fails meanwhile', async () => {
    mediaProject();
    let status = 410;
    const origin = await loopback((_request, response) => {
      response.statusCode = status;
      response.end('no film');
    });
    await addMediaItem('p1', { id: 'a', originalUrl: `${origin}/a.mp4` });
    expect((await saveAllToDisk('p1')).lost).toHaveLength(1);
    status = 200;
    expect((await saveAllToDisk('p1')).failed).toHaveLength(1);
    expect(await listMediaItems('p1')).toMatchObject([{ lostReason: expect.stringContaining('410') }]);
  });

  it('whose date has passed is not asked for again', async () => {
    mediaProject();
    const { origin, asked } = await provider();
    await addMediaItem('p1', { id: 'a', originalUrl: `${origin}/403`, expiresAt: '2020-01-01T00:00:00Z' });
    await saveAllToDisk('p1');
    asked.length = 0;
    expect((await saveAllToDisk('p1')).lost).toMatchObject([{ item: { id: 'a' }, reason: expect.any(String) }]);
    expect(asked).toEqual([]);
  });
});

describe('after a run that was killed', () => {
  async function killedRun() {
    const { root } = mediaProject();
    const { origin, asked } = await provider();
    await addMediaItem('p1', { id: 'a', name: 'A', originalUrl: `${origin}/film` });
    const other = await saveVideoToDisk({ projectId: 'p1', fileName: 'other.mp4', fileData: film });
    expect(other.success).toBe(true);
    const records = JSON.parse(textIn(root));
    writeFileSync(join(root, 'media-items.json'), JSON.stringify([{ ...records[0], savingAs: `${VIDEOS}/A.mp4` }]));
    return { root, origin, asked };
  }

  it('a file that is in place already is adopted', async () => {
    const { root, asked } = await killedRun();
    writeFileSync(join(root, VIDEOS, 'A.mp4'), film);
    expect((await saveAllToDisk('p1')).saved).toMatchObject([{ localPath: `${VIDEOS}/A.mp4`, fileSize: film.length }]);
    expect(asked).toEqual([]);
  });

  it('its name is used again', async () => {
    const { root } = await killedRun();
    writeFileSync(join(root, VIDEOS, 'A.mp4.part'), '');
    expect((await saveAllToDisk('p1')).saved).toMatchObject([{ localPath: `${VIDEOS}/A.mp4` }]);
    expect(readdirSync(join(root, VIDEOS)).sort()).toEqual(['A.mp4', 'other.mp4']);
  });

  it('a name that another item has taken meanwhile stays with that one', async () => {
    const { root } = await killedRun();
    const saved = await saveVideoToDisk({ projectId: 'p1', fileName: 'A.mp4', fileData: film });
    expect(saved).toMatchObject({ localPath: `${VIDEOS}/A.mp4` });
    await addMediaItem('p1', { id: 'b', localPath: `${VIDEOS}/A.mp4`, fileSize: film.length });
    expect((await saveAllToDisk('p1')).saved).toMatchObject([{ id: 'a', localPath: `${VIDEOS}/A-2.mp4` }]);
    expect(existsSync(join(root, VIDEOS, 'A.mp4'))).toBe(true);
  });
});

it('a film that is fetched waits for its pictures, and those of the one that was lost go', async () => {
  const { root } = mediaProject({ REELKEEP_PICTURES: '1' });
  const { origin } = await provider();
  const names = () => readdirSync(join(root, VIDEOS)).sort();
  await addMediaItem('p1', { id: 'a', name: 'Quay', originalUrl: `${origin}/film` });
  expect((await saveAllToDisk('p1')).saved).toMatchObject([{ pictures: { isDue: true } }]);
  await finishMediaPictures(fakeDraw());
  expect(names()).toEqual(['Quay.mp4', ...pictureNames('Quay.mp4')]);
  rmSync(join(root, VIDEOS, 'Quay.mp4'));
  const { saved } = await saveAllToDisk('p1');
  expect(saved).toMatchObject([{ localPath: `${VIDEOS}/Quay-2.mp4`, pictures: { isDue: true } }]);
  expect(names()).toEqual(['Quay-2.mp4']);
});

it('while the library is offline nothing is changed, and nothing is made in its place', async () => {
  const { root } = mediaProject();
  const { origin, asked } = await provider();
  for (const id of ['a', 'b', 'c']) await addMediaItem('p1', { id, originalUrl: `${origin}/film` });
  const before = textIn(root);
  renameSync(root, `${root}-away`);
  await expect(saveAllToDisk('p1')).rejects.toMatchObject({
    code: 'disk',
    message: expect.stringContaining('offline'),
  });
  expect(existsSync(root)).toBe(false);
  renameSync(`${root}-away`, root);
  expect(textIn(root)).toBe(before);
  expect(asked).toEqual([]);
});

it('a library that goes offline meanwhile stops the run, and no item is lost', async () => {
  const { root } = mediaProject();
  const origin = await loopback((_request, response) => {
    if (existsSync(root)) renameSync(root, `${root}-away`);
    response.statusCode = 404;
    response.end();
  });
  for (const id of ['a', 'b', 'c']) await addMediaItem('p1', { id, originalUrl: `${origin}/${id}` });
  await expect(saveAllToDisk('p1', { concurrency: 1 })).rejects.toMatchObject({ code: 'disk' });
  expect(existsSync(root)).toBe(false);
  renameSync(`${root}-away`, root);
  expect(textIn(root)).not.toContain('lostReason');
});

it('of one item leaves the others alone, and says how fast it comes', async () => {
  mediaProject();
  const { origin, asked } = await provider();
  for (const id of ['a', 'b']) await addMediaItem('p1', { id, originalUrl: `${origin}/film` });
  const events: SaveAllProgress[] = [];
  const { saved } = await saveAllToDisk('p1', { only: ['b'], onProgress: (event) => events.push(event) });
  expect(idsOf(saved)).toEqual(['b']);
  expect(asked).toEqual(['/film']);
  expect(events.find(({ state }) => state === 'downloading')).toMatchObject({ bytesPerSecond: expect.any(Number) });
  expect(events.at(-1)).toMatchObject({ done: 1, total: 1 });
});

it('an abort ends it, and the next run finishes', async () => {
  mediaProject();
  const { origin } = await provider();
  for (const id of ['a', 'b']) await addMediaItem('p1', { id, originalUrl: `${origin}/film` });
  const stop = new AbortController();
  const run = saveAllToDisk('p1', { signal: stop.signal, concurrency: 1, onProgress: () => stop.abort() });
  await expect(run).rejects.toMatchObject({ code: 'aborted' });
  expect((await listMediaItems('p1')).filter(({ isLocalFile }) => !isLocalFile)).not.toEqual([]);
  const { saved, alreadyThere } = await saveAllToDisk('p1');
  expect(saved.length + alreadyThere.length).toBe(2);
});

it.each([{ concurrency: 0 }, { concurrency: Number.NaN }, { only: 'a' }])('refuses %j', async (options) => {
  mediaProject();
  await expect(saveAllToDisk('p1', options as never)).rejects.toMatchObject({ code: 'invalid-input' });
});

it('two at once: the second is told', async () => {
  const { root } = mediaProject();
  const { origin } = await provider();
  await addMediaItem('p1', { id: 'a', originalUrl: `${origin}/film` });
  const ends = await Promise.allSettled([saveAllToDisk('p1'), saveAllToDisk('p1')]);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'busy' } });
  expect(readdirSync(join(root, VIDEOS))).toHaveLength(1);
});
