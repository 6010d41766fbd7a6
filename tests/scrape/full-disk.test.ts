import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { createLocalFolder } from '#lib/stores/assets/local-folder.server.ts';
import { fileHandlePrototype } from '../fixtures/file-handle.ts';
import { ROME, ScrapeCase } from '../fixtures/scrape/scrape-case.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const NAME = 'news/rome/video.mp4';
const CONTENT = `film of ${ROME.url}`;
const filesIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

/** No file can be written, until the answer is called. */
async function fillDisk(): Promise<() => void> {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const spy = vi.spyOn(await fileHandlePrototype(), 'write').mockRejectedValue(full);
  onTestFinished(() => spy.mockRestore());
  return () => spy.mockRestore();
}

describe('a disk that is full', () => {
  it('while a film is stored shows nothing of it, keeps the download, and does not ask the site again', async () => {
    const folder = temporaryFolder();
    const world = new ScrapeCase({ memory: createLocalFolder({ folder }) });
    const freeSpace = await fillDisk();
    expect(await world.service.downloadAndStore(ROME)).toMatchObject({
      ...{ success: false, code: 'disk-full', record: { download_status: 'pending', download_attempts: 0 } },
      error: expect.stringMatching(/^The film is downloaded.*The disk is full.*Free some space.*It is kept in /),
    });
    expect(await world.stored()).toEqual({});
    expect(filesIn(folder).filter((name) => name.includes('video'))).toEqual([]);
    expect(world.record()?.lease).toBeUndefined();

    freeSpace();
    expect(await world.service.downloadAndStore(ROME)).toMatchObject({ success: true, skipped: false });
    expect(await world.stored()).toEqual({ [NAME]: CONTENT });
    expect([world.downloader.calls.length, world.downloads()]).toEqual([1, []]);
  });

  it('with the half of a film, also for the records, gets its space back, and the film is free for the next', async () => {
    const world = new ScrapeCase();
    const { update } = world.store;
    world.downloader.script(ROME.url, { fails: 'disk-full', after: 4 });
    vi.spyOn(world.store, 'update').mockImplementation((...step) => {
      const isFull = world.downloads().some((name) => filesIn(join(world.folder, '.downloads', name)).length > 0);
      return isFull ? Promise.reject(new ReelError('disk-full', 'The disk is full.')) : update(...step);
    });
    expect(await world.service.downloadAndStore(ROME)).toMatchObject({ success: false, code: 'disk-full' });
    expect([await world.stored(), world.downloads()]).toEqual([{}, []]);
    expect(world.record()).toMatchObject({ download_status: 'pending', download_error_code: 'disk-full' });
    expect(world.record()?.lease).toBeUndefined();
    vi.restoreAllMocks();
    expect(await world.service.downloadAndStore(ROME)).toMatchObject({ success: true });
    expect(await world.stored()).toEqual({ [NAME]: CONTENT });
  });
});
