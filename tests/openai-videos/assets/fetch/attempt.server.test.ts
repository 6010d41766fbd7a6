import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { attempt, fetchPictures } from '#lib/openai-videos/assets/fetch/attempt.server.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import { mediaFiles } from '../../../fixtures/media-files.ts';
import { downloadRecord, PLACE, storedAsset } from '../../../fixtures/openai-videos/download-record.ts';
import { openWork, type WorkOptions } from '../../../fixtures/openai-videos/download-work.ts';

const { mp4, webp, jpeg } = await mediaFiles();
const ALL = { video: mp4, thumbnail: webp, spritesheet: jpeg };
const open = (changes: Partial<DownloadRecord> = {}, options: WorkOptions = {}) =>
  openWork(downloadRecord(changes), { bodies: ALL, ...options });
type World = Awaited<ReturnType<typeof open>>;

function leave({ context }: World, type: 'video' | 'thumbnail', bytes: Buffer | string): string {
  const path = context.storage.pathOf(PLACE, type);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

describe('one try for a whole video', () => {
  it('looks first, then fetches all three files at once', async () => {
    const world = await open();
    expect(await attempt(world.work)).toEqual({ kind: 'completed', missing: [] });
    expect(world.looks).toHaveLength(1);
    expect(world.asked.toSorted()).toEqual(['spritesheet', 'thumbnail', 'video']);
    expect(world.held.record).toMatchObject({ status: 'downloading', isFinished: true, place: PLACE });
  });

  it('asks for no content before the video is completed', async () => {
    const world = await open({}, { look: () => ({ status: 'queued' }) });
    expect(await attempt(world.work)).toMatchObject({ kind: 'setback' });
    expect(world.asked).toEqual([]);
    expect(world.held.record.isFinished).toBeUndefined();
  });

  it('is completed with a film alone', async () => {
    const world = await open({}, { bodies: { video: mp4 } });
    expect(await attempt(world.work)).toMatchObject({
      kind: 'completed',
      missing: [{ type: 'thumbnail' }, { type: 'spritesheet' }],
    });
  });

  it('is a setback without a film, and pictures that came stay', async () => {
    const world = await open({}, { bodies: { ...ALL, video: new ReelError('network', 'cut') } });
    expect(await attempt(world.work)).toEqual({
      kind: 'setback',
      setback: { code: 'network', message: 'cut', hasProgressed: false },
    });
    expect(world.held.record.assets.map(({ type }) => type)).toEqual(['thumbnail', 'spritesheet']);
  });

  it.each(['disk', 'disk-full', 'disk-denied'] as const)('fails for good with %s', async (code) => {
    const world = await open({}, { bodies: { ...ALL, video: new ReelError(code, 'No space.') } });
    expect(await attempt(world.work)).toEqual({ kind: 'failed', code, message: 'No space.' });
  });

  const refused = new ReelError('auth', 'the server answered 401');
  const look = () => {
    throw refused;
  };

  it.each<[string, WorkOptions, string]>([
    ['fails where the key is refused for everything', { look, listError: refused }, 'failed'],
    ['is a setback while the list takes the key', { look }, 'setback'],
    ['is a setback while the job is shown', { listError: refused }, 'setback'],
  ])('of a video that was shown before, %s', async (_what, options, kind) => {
    const bodies = { ...ALL, video: refused, thumbnail: refused, spritesheet: refused };
    const world = await open({ isFinished: true, retryCount: 3 }, { bodies, ...options });
    expect(await attempt(world.work)).toMatchObject({ kind });
  });

  it('that is stopped is none', async () => {
    const world = await open({}, { bodies: { ...ALL, video: 'never' } });
    const done = attempt(world.work);
    setImmediate(() => world.aborter.abort(new ReelError('aborted', 'stopped')));
    await expect(done).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('what a process that was killed has left', () => {
  it('is taken over with its record, and not fetched again', async () => {
    const world = await open({ place: PLACE });
    leave(world, 'video', mp4);
    expect(await attempt(world.work)).toMatchObject({ kind: 'completed' });
    expect(world.asked.toSorted()).toEqual(['spritesheet', 'thumbnail']);
    expect(world.held.record.assets[0]).toMatchObject({ type: 'video', sizeBytes: mp4.length, mimeType: 'video/mp4' });
  });

  it('is no film: it is not ours to remove, and the job takes another place', async () => {
    const world = await open({ place: PLACE });
    const path = leave(world, 'video', 'a letter');
    expect(await attempt(world.work)).toMatchObject({ kind: 'completed' });
    expect(existsSync(path)).toBe(true);
    expect(world.held.record.place).toEqual({ ...PLACE, version: 2 });
  });
});

describe('pictures that are asked for again', () => {
  it('are fetched beside the film that is there', async () => {
    const world = await open({ place: PLACE, assets: [storedAsset('video')] });
    expect(await fetchPictures(world.work)).toEqual([]);
    expect(world.asked).toEqual(['thumbnail', 'spritesheet']);
    expect(world.looks).toEqual([]);
  });

  it('have no place without one', async () => {
    const world = await open();
    expect(await fetchPictures(world.work)).toEqual([]);
    expect(world.asked).toEqual([]);
  });
});
