import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { registerVideoSaveHandler } from '#lib/electron/index.ts';
import type { MediaEvent } from '#lib/media/index.ts';
import { standInIpcMain, standInPage } from '../fixtures/electron/main.ts';
import { makeMp4 } from '../fixtures/mp4/mp4.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const film = new Uint8Array(await makeMp4({ sizeBytes: 4000 }));
const VIDEOS = 'projects/p1/videos';

function app(userData = temporaryFolder()) {
  const ipcMain = standInIpcMain();
  const events: MediaEvent[] = [];
  const onEvent = (event: MediaEvent) => void events.push(event);
  const handler = registerVideoSaveHandler(ipcMain, { getPath: () => userData }, { onEvent });
  const page = standInPage();
  const invoke = (channel: string, ...values: unknown[]) => ipcMain.invoke(page, channel, ...values);
  const videos = join(userData, 'Reelkeep Media', VIDEOS);
  const names = () => (existsSync(videos) ? readdirSync(videos) : []);
  return { ...{ userData, ipcMain, handler, events, page, invoke, videos, names } };
}

async function open(
  invoke: ReturnType<typeof app>['invoke'],
  request: unknown = { projectId: 'p1', fileName: 'a.mp4' },
) {
  const { transferId } = (await invoke('video:transfer-open', request)) as { transferId: string };
  return transferId;
}

describe('a video in one message', () => {
  it('is saved as a file of one folder of userData, and its absolute path is the answer', async () => {
    const { invoke, videos, userData, events } = app();
    const request = { projectId: 'p1', fileName: 'clip.mp4', fileData: film.slice().buffer };
    expect(await invoke('video:save-to-disk', request)).toBe(join(videos, 'clip.mp4'));
    expect(readFileSync(join(videos, 'clip.mp4'))).toEqual(Buffer.from(film));
    expect(await invoke('video:save', request)).toMatchObject({
      ...{ success: true, localPath: join(videos, 'clip-2.mp4'), fileName: 'clip-2.mp4', sizeBytes: film.length },
      address: 'reelkeep-media://files/p1/clip-2.mp4',
    });
    expect(readdirSync(userData).sort()).toEqual(['Reelkeep Media', 'reelkeep-media-library.json']);
    expect(events.map(({ kind }) => kind)).toEqual(['saving', 'saved', 'saving', 'saved']);
  });

  it('that is none is refused: with its message, or with all that is known', async () => {
    const { invoke, names } = app();
    const request = { projectId: 'p1', fileData: film.slice(0, 1000) };
    await expect(invoke('video:save-to-disk', request)).rejects.toThrow(/^The data is no complete video/);
    expect(await invoke('video:save', request)).toMatchObject({
      success: false,
      code: 'not-a-video',
      fallback: 'none',
    });
    expect(names()).toEqual([]);
  });

  it('of more than 256 MiB is refused', async () => {
    const { invoke, userData } = app();
    const fileData = new Uint8Array(256 * 1024 * 1024 + 1);
    const refused = {
      success: false,
      code: 'too-large',
      error: expect.stringContaining('in pieces'),
      fallback: 'blob',
    };
    expect(await invoke('video:save', { projectId: 'p1', fileData })).toMatchObject(refused);
    await expect(invoke('video:save-to-disk', { projectId: 'p1', fileData })).rejects.toThrow('in pieces');
    expect(readdirSync(userData)).toEqual([]);
  });

  it.each([
    ['a project', { projectId: '..', fileData: film }],
    ['a project', { projectId: 'a/b', fileData: film }],
    ['a project', { projectId: 7, fileData: film }],
    ['a project', { fileData: film }],
    ['a name', { projectId: 'p1', fileName: 7, fileData: film }],
    ['a model', { projectId: 'p1', modelId: {}, fileData: film }],
    ['bytes', { projectId: 'p1', fileData: 'bytes' }],
    ['bytes', { projectId: 'p1', url: 'https://example.com/film.mp4' }],
    ['a request', null],
    ['a request', undefined],
  ])('with what cannot be %s is refused: %#', async (_what, request) => {
    const { invoke, userData } = app();
    expect(await invoke('video:save', request)).toMatchObject({ success: false, code: 'invalid-input' });
    expect(readdirSync(userData)).toEqual([]);
  });

  it('stays in its folder, whatever it is called', async () => {
    const { invoke, names } = app();
    expect(await invoke('video:save', { projectId: 'p1', fileName: '../../../x.mp4', fileData: film })).toMatchObject({
      success: true,
    });
    expect(names()).toHaveLength(1);
  });
});

describe('a path from a page', () => {
  it('leads to a file of the library, or nowhere', async () => {
    const { invoke, userData, videos } = app();
    await invoke('video:save', { projectId: 'p1', fileName: 'a b.mp4', fileData: film });
    writeFileSync(join(userData, 'secret.mp4'), 'x');
    const wrong = [
      ...[
        '/etc/passwd',
        join(userData, 'secret.mp4'),
        join(videos, 'other.mp4'),
        join(videos, '../../../../secret.mp4'),
      ],
      ...['a b.mp4', `${VIDEOS}/a b.mp4`, join(userData, 'Reelkeep Media'), '', 7, null, undefined, ['a']],
    ];
    for (const path of wrong) {
      expect([path, await invoke('file:exists', path)]).toEqual([path, false]);
      expect([path, await invoke('video:address', path)]).toEqual([path, undefined]);
    }
    expect(await invoke('file:exists', join(videos, 'a b.mp4'))).toBe(true);
    expect(await invoke('video:address', join(videos, 'a b.mp4'))).toBe('reelkeep-media://files/p1/a%20b.mp4');
  });
});

describe('a video in pieces', () => {
  it('is saved when it is closed', async () => {
    const { invoke, videos, names } = app();
    const id = await open(invoke);
    expect(await invoke('video:transfer-write', id, film.slice(0, 1500))).toEqual({ success: true });
    expect(await invoke('video:transfer-write', id, film.slice(1500))).toEqual({ success: true });
    expect(names()).toContain('a.mp4.part');
    expect(await invoke('video:transfer-close', id)).toMatchObject({ success: true, localPath: join(videos, 'a.mp4') });
    expect(names()).toEqual(['a.mp4']);
    expect(await invoke('video:transfer-close', id)).toMatchObject({ code: 'not-found' });
  });

  it.each(['destroyed', 'render-process-gone', 'did-navigate'])('ends with its page (%s)', async (event) => {
    const { invoke, names, page } = app();
    const id = await open(invoke);
    await invoke('video:transfer-write', id, film.slice(0, 1500));
    await expect.poll(names).toContain('a.mp4.part');
    page.emit(event);
    await expect.poll(names).toEqual([]);
    expect(await invoke('video:transfer-write', id, film)).toMatchObject({ success: false, code: 'not-found' });
  });

  it('that a page gives up leaves nothing', async () => {
    const { invoke, names } = app();
    const id = await open(invoke);
    await invoke('video:transfer-write', id, film.slice(0, 1500));
    await invoke('video:transfer-abort', id);
    expect(names()).toEqual([]);
  });

  it('is told of a failure by the next piece', async () => {
    const { invoke } = app();
    const id = await open(invoke, { projectId: '../p1' });
    expect(await invoke('video:transfer-write', id, film)).toMatchObject({ success: false, code: 'invalid-input' });
    expect(await invoke('video:transfer-close', id)).toMatchObject({ success: false, code: 'not-found' });
  });
});

describe('the root', () => {
  it('is the one that REELKEEP_MEDIA_DIR names, and then nothing is adopted', async () => {
    const [folder, userData] = [temporaryFolder(), temporaryFolder()];
    vi.stubEnv('REELKEEP_MEDIA_DIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    mkdirSync(join(userData, VIDEOS), { recursive: true });
    writeFileSync(join(userData, VIDEOS, 'old.mp4'), 'old');
    const { invoke, handler } = app(userData);
    expect(await handler.adopted).toBeUndefined();
    const saved = await invoke('video:save-to-disk', { projectId: 'p1', fileName: 'a.mp4', fileData: film });
    expect(saved).toBe(join(folder, VIDEOS, 'a.mp4'));
    expect(await invoke('file:exists', join(userData, VIDEOS, 'old.mp4'))).toBe(true);
  });

  it('takes over what was saved straight in userData, before anything new gets a name', async () => {
    const userData = temporaryFolder();
    mkdirSync(join(userData, VIDEOS), { recursive: true });
    writeFileSync(join(userData, VIDEOS, 'a.mp4'), 'old');
    const { invoke, handler, videos } = app(userData);
    const saved = await invoke('video:save-to-disk', { projectId: 'p1', fileName: 'a.mp4', fileData: film });
    expect(saved).toBe(join(videos, 'a-2.mp4'));
    expect(await handler.adopted).toMatchObject({ files: 1, skipped: [] });
    expect(readFileSync(join(videos, 'a.mp4'), 'utf8')).toBe('old');
    // A page still has the older path.
    rmSync(join(userData, 'projects'), { recursive: true });
    const path = join(userData, VIDEOS, 'a.mp4');
    expect(await invoke('file:exists', path)).toBe(true);
    expect(await invoke('video:address', path)).toBe('reelkeep-media://files/p1/a.mp4');
  });

  it('is not used while the older files cannot be taken over, and is when they can', async () => {
    const userData = temporaryFolder();
    mkdirSync(join(userData, VIDEOS), { recursive: true });
    writeFileSync(join(userData, VIDEOS, 'a.mp4'), 'old');
    writeFileSync(join(userData, 'Reelkeep Media.adopting'), 'in the way');
    const { invoke, handler, names } = app(userData);
    await expect(handler.adopted).rejects.toMatchObject({ code: 'disk' });
    const request = { projectId: 'p1', fileName: 'a.mp4', fileData: film };
    expect(await invoke('video:save', request)).toMatchObject({ success: false, code: 'disk', fallback: 'blob' });
    expect(await invoke('file:exists', join(userData, VIDEOS, 'a.mp4'))).toBe(true);
    rmSync(join(userData, 'Reelkeep Media.adopting'));
    expect(await invoke('video:save', request)).toMatchObject({ success: true, fileName: 'a-2.mp4' });
    expect(names()).toEqual(['a-2.mp4', 'a.mp4']);
  });
});

it('a handler that is taken back ends what is under way', async () => {
  const { invoke, handler, names } = app();
  const id = await open(invoke);
  await invoke('video:transfer-write', id, film.slice(0, 1500));
  await handler.unregister();
  expect(names()).toEqual([]);
  await expect(invoke('file:exists', '/')).rejects.toThrow('No handler registered');
});
