import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BridgeSaveOptions } from '#lib/electron/index.ts';

import { preloadSource, runPreload } from '../../fixtures/electron/preload.ts';
import { StandInElectron } from '../../fixtures/electron/stand-in.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const MIB = 1024 * 1024;
const film = new Uint8Array(await makeMp4({ sizeBytes: 5 * MIB }));

let userData: string;
let electron: StandInElectron;
beforeAll(() => {
  userData = mkdtempSync(join(realpathSync(tmpdir()), 'reelkeep-electron-'));
  electron = new StandInElectron(userData);
});
afterAll(() => {
  electron.stop();
  rmSync(userData, { recursive: true });
});

let projects = 0;
/** A page, and a project that no other test has. */
function project(options?: { isIsolated: boolean }) {
  projects += 1;
  const projectId = `p${projects}`;
  const videos = join(userData, 'Reelkeep Media/projects', projectId, 'videos');
  const names = () => (existsSync(videos) ? readdirSync(videos) : []);
  const page = electron.page(options);
  return { ...{ projectId, videos, names, page }, ...page.electronAPI };
}

/** The film, in pieces as a network delivers them. */
function stream(bytes = film): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([bytes]).stream();
}

function nextOf(body: ReadableStream<Uint8Array>): BridgeSaveOptions['fileData'] {
  const reader = body.getReader();
  return () => reader.read();
}

describe('window.electronAPI', () => {
  it.each([
    ['an ArrayBuffer', () => film.slice().buffer],
    ['a Uint8Array', () => film],
    [
      'a part of a larger buffer',
      () => new Uint8Array([...new Uint8Array(7), ...film, 1]).subarray(7, 7 + film.length),
    ],
    ['a Blob', () => new Blob([film])],
    ['a File', () => new File([film], 'clip.mp4')],
    ['a function that returns the next piece', () => nextOf(stream())],
  ])('saves %s whole', async (_what, data) => {
    const { projectId, videos, names, video, file } = project();
    const path = await video.saveToDisk({ projectId, fileName: 'clip.mp4', fileData: data() });
    expect(path).toBe(join(videos, 'clip.mp4'));
    expect(readFileSync(path).equals(film)).toBe(true);
    expect(names()).toEqual(['clip.mp4']);
    expect([await file.exists(path), await video.exists(path), await video.exists('/etc/passwd')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(await video.addressOf(path)).toBe(`reelkeep-media://files/${projectId}/clip.mp4`);
  });

  it('saves a stream of a page that is not isolated', async () => {
    const { projectId, videos, video } = project({ isIsolated: false });
    const saved = await video.save({ projectId, fileName: 'clip.mp4', fileData: stream() });
    expect(saved).toMatchObject({ success: true, sizeBytes: film.length, localPath: join(videos, 'clip.mp4') });
  });

  it('says what to give instead of a stream, which Electron lets not through', async () => {
    const { projectId, names, video } = project();
    const saved = await video.save({ projectId, fileData: stream() });
    expect(saved).toMatchObject({
      success: false,
      code: 'invalid-input',
      error: expect.stringContaining('() => reader.read()'),
    });
    expect(names()).toEqual([]);
  });

  it('gives a failure with its code, or with its message alone', async () => {
    const { projectId, names, video } = project();
    const options = { projectId, fileData: film.slice(0, MIB) };
    expect(await video.save(options)).toMatchObject({ success: false, code: 'not-a-video', fallback: 'none' });
    await expect(video.saveToDisk(options)).rejects.toThrow(/^The data is no complete video: /);
    expect(await video.save({ projectId: '..', fileData: film })).toMatchObject({ code: 'invalid-input' });
    expect(names()).toEqual([]);
  });

  it('leaves nothing of a video whose bytes end in a failure, and the page goes on', async () => {
    const { projectId, names, video } = project();
    let pieces = 0;
    const fileData = async () => {
      pieces += 1;
      if (pieces > 2) throw new Error('the network is gone');
      return { done: false, value: film.slice(0, MIB) };
    };
    const saved = await video.save({ projectId, fileData });
    expect(saved).toMatchObject({ success: false, code: 'aborted', error: 'the network is gone', fallback: 'blob' });
    expect(names()).toEqual([]);
    expect(await video.save({ projectId, fileData: film })).toMatchObject({ success: true });
  });
});

it('the channel of the seed answers as its renderer expects', async () => {
  const { projectId, videos, page } = project();
  const { invoke } = page;
  const request = { projectId, fileName: 'clip.mp4', fileData: film.slice().buffer };
  expect(await invoke('video:save-to-disk', request)).toBe(join(videos, 'clip.mp4'));
  await expect(invoke('video:save-to-disk', { ...request, projectId: '..' })).rejects.toThrow(
    /^Error invoking remote method 'video:save-to-disk': Error: "\.\." cannot be a project's id/,
  );
});

it("Electron's prefix is taken from a message", async () => {
  const refusal = "Error invoking remote method 'file:exists': ReelError: The disk is away: look.";
  const { video } = runPreload(preloadSource(), () => Promise.reject(new Error(refusal)));
  await expect(video.exists('/a')).rejects.toThrow(/^The disk is away: look\.$/);
});

it.each(['destroyed', 'render-process-gone', 'did-navigate'] as const)(
  'a page that ends in the middle (%s) leaves nothing behind',
  async (event) => {
    const { projectId, names, page } = project();
    let pieces = 0;
    const fileData = async () => {
      pieces += 1;
      if (pieces > 1) await new Promise(() => {});
      return { done: false, value: film.slice(0, MIB) };
    };
    void page.electronAPI.video.save({ projectId, fileName: 'clip.mp4', fileData });
    await expect.poll(names, { interval: 10 }).toContain('clip.mp4.part');
    page.tell(event);
    await expect.poll(names, { interval: 10 }).toEqual([]);
  },
);

it('a file of 300 MiB is never whole in the memory of the main process', async () => {
  const { projectId, video } = project();
  await video.saveToDisk({ projectId, fileName: 'first.mp4', fileData: film });
  const before = electron.mostRssBytes;
  const path = await video.saveToDisk({ projectId, fileName: 'large.mp4', fileData: largeFilm(300) });
  expect(statSync(path).size).toBe(film.length + 300 * MIB);
  expect((electron.mostRssBytes - before) / MIB).toBeLessThan(120);
});

/** A film with a box behind it that players skip, in pieces. */
function largeFilm(mebibytes: number): BridgeSaveOptions['fileData'] {
  const piece = new Uint8Array(MIB);
  const first = new Uint8Array(MIB);
  new DataView(first.buffer).setUint32(0, mebibytes * MIB);
  first.set(new TextEncoder().encode('free'), 4);
  let sent = -1;
  return async () => {
    sent += 1;
    if (sent > mebibytes) return { done: true };
    return { done: false, value: sent === 0 ? film : sent === 1 ? first : piece };
  };
}
