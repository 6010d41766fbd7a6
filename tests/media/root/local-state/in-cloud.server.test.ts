import { spawnSync } from 'node:child_process';
import { closeSync, constants, lstatSync, openSync, rmSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  addMediaItem,
  exportProject,
  findMediaFile,
  finishMediaUploads,
  listMediaItems,
  type MediaLibrary,
  saveAllToDisk,
  saveVideoToDisk,
} from '#lib/media/index.ts';
import type { MediaRecord } from '#lib/media/items/record.ts';
import { mediaProject } from '../../../fixtures/media/library.ts';
import { storedLibrary } from '../../../fixtures/media/stored-library.ts';
import { makeMp4 } from '../../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const PATH = 'projects/p1/videos/clip.mp4';

/**
 * Puts a pipe in the place of a file, and lets the library see a file of a sync service there. Whoever opens the pipe waits
 * for its writer, as one who opens a file in the cloud may wait for its bytes.
 */
function sendToCloud(library: MediaLibrary): MediaLibrary {
  const path = join(library.root, PATH);
  rmSync(path);
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  const looking = setInterval(() => letGo(path), 20);
  onTestFinished(() => clearInterval(looking));
  const stat = async (asked: string) =>
    asked === path ? { isFile: () => true, size: film.length, blocks: 0 } : lstat(asked);
  return { ...library, statOptions: { platform: 'darwin', stat } };
}

/** Whoever waits at the pipe reads nothing now: a failure must not keep the test from ending. */
function letGo(path: string): void {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // Nobody waits.
  }
}

async function addFilm() {
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName: 'clip.mp4', fileData: film });
  if (!saved.success) throw new Error(saved.error);
  return addMediaItem('p1', { id: 'clip', localPath: saved.localPath, fileSize: saved.sizeBytes });
}

describe.skipIf(process.platform === 'win32')('a file in the cloud is not opened', () => {
  it('to list it, to find it, to save all, or to export', async () => {
    const here = mediaProject();
    await addFilm();
    const library = sendToCloud(here);
    expect(await listMediaItems('p1', { library })).toMatchObject([{ localState: 'in-cloud', isLocalFile: true }]);
    expect(await findMediaFile('p1', 'clip.mp4', { library })).toBeUndefined();
    expect(await saveAllToDisk('p1', {}, { library })).toMatchObject({ alreadyThere: [{ id: 'clip' }], failed: [] });
    const archive = await (await exportProject('p1', { library })).text();
    expect(archive).toContain('keeps the file in the cloud');
    expect(lstatSync(join(library.root, PATH)).isFIFO()).toBe(true);
  });

  it('by an upload that had begun before', async () => {
    const { library: here, server, keys } = await storedLibrary();
    server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
    await addFilm();
    server.onRequest(() => undefined);
    expect(await finishMediaUploads({ library: sendToCloud(here) })).toEqual(['p1/clip']);
    expect(keys()).toEqual([]);
  });

  it('by the run after one that was killed when the file was in place', async () => {
    const here = mediaProject();
    await addFilm();
    const originalUrl = 'http://127.0.0.1:1/clip.mp4';
    await here.store.update('p1/clip', (current) => current && killedAfterRename({ ...current, originalUrl }));
    const { failed } = await saveAllToDisk('p1', {}, { library: sendToCloud(here) });
    expect(failed).toMatchObject([{ code: 'busy', retryable: true, error: expect.stringContaining('Open it once') }]);
    expect(await Array.fromAsync(here.store.find())).toMatchObject([{ savingAs: PATH }]);
  });
});

function killedAfterRename({ localPath: savingAs, ...record }: MediaRecord): MediaRecord {
  return { ...record, ...(savingAs !== undefined && { savingAs }) };
}
