import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import type { MediaEvent } from '#lib/media/index.ts';
import { saveVideoToDisk } from '#lib/media/save/save-video.server.ts';
import { fileHandlePrototype } from '../../fixtures/file-handle.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const filesOf = (root: string, projectId: string) => readdirSync(join(root, 'projects', projectId, 'videos')).sort();

describe('bytes', () => {
  it.each([
    ['an ArrayBuffer', () => new Uint8Array(film).buffer],
    ['a Uint8Array', () => new Uint8Array(film)],
    ['a stream', () => new Blob([new Uint8Array(film)]).stream()],
  ])('of %s become a verified file', async (_what, data) => {
    const { root } = mediaProject();
    const events: MediaEvent[] = [];
    const saved = await saveVideoToDisk({
      ...{ fileName: 'clip.mp4', projectId: 'p1', fileData: data() },
      onEvent: (event) => events.push(event),
    });
    expect(saved).toMatchObject({
      ...{ success: true, localPath: 'projects/p1/videos/clip.mp4', fileName: 'clip.mp4' },
      ...{ sizeBytes: film.length, crc32: crc32(film), durationSeconds: 2, width: 320, height: 180 },
    });
    expect(readFileSync(join(root, 'projects/p1/videos/clip.mp4'))).toEqual(film);
    expect(filesOf(root, 'p1')).toEqual(['clip.mp4']);
    expect(events.map(({ kind }) => kind)).toEqual(['saving', 'saved']);
  });

  it('that are no whole video leave nothing behind', async () => {
    const { root } = mediaProject();
    const result = await saveVideoToDisk({ projectId: 'p1', fileData: film.subarray(0, 2000) });
    expect(result).toMatchObject({ success: false, code: 'not-a-video', fallback: 'none' });
    expect(filesOf(root, 'p1')).toEqual([]);
  });

  it('that end in the middle leave nothing behind, and the page still has them', async () => {
    const { root } = mediaProject();
    const fileData = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(film.subarray(0, 100));
        controller.error(new Error('the tab was closed'));
      },
    });
    const result = await saveVideoToDisk({ projectId: 'p1', fileData });
    expect(result).toMatchObject({ success: false, fallback: 'blob' });
    expect(filesOf(root, 'p1')).toEqual([]);
  });

  it('larger than the limit are refused while they arrive', async () => {
    mediaProject();
    const result = await saveVideoToDisk({ projectId: 'p1', fileData: film }, { maxBytes: 1000 });
    expect(result).toMatchObject({ success: false, code: 'too-large', fallback: 'blob' });
  });
});

describe('a name', () => {
  it('that is taken gets a number, also for saves of one millisecond', async () => {
    const { root } = mediaProject();
    const save = () =>
      saveVideoToDisk(
        { projectId: 'p1', modelId: 'fal-ai/veo3', fileData: film },
        { clock: { ...systemClock, now: () => 7 } },
      );
    const saved = await Promise.all([save(), save(), save()]);
    expect(saved.every(({ success }) => success)).toBe(true);
    const name = 'AI-Video-fal-ai-veo3-7';
    expect(filesOf(root, 'p1')).toEqual([`${name}-2.mp4`, `${name}-3.mp4`, `${name}.mp4`]);
  });

  it('such as files have that are being written never takes the place of another one', async () => {
    const { root } = mediaProject();
    const save = (fileName: string) => saveVideoToDisk({ projectId: 'p1', fileName, fileData: film });
    const saved = [await save('clip.part'), await save('clip.part'), await save('clip.part.json')];
    expect(saved.every(({ success }) => success)).toBe(true);
    expect(filesOf(root, 'p1')).toEqual(['clip.part-2.mp4', 'clip.part.json.mp4', 'clip.part.mp4']);
  });

  it('of another kind of file becomes one of a film', async () => {
    mediaProject();
    expect(await saveVideoToDisk({ projectId: 'p1', fileName: 'setup.exe', fileData: film })).toMatchObject({
      fileName: 'setup.exe.mp4',
    });
  });

  it('that another process is writing counts as taken', async () => {
    const { root } = mediaProject();
    mkdirSync(join(root, 'projects/p1/videos'), { recursive: true });
    writeFileSync(join(root, 'projects/p1/videos/Clip.mp4.part'), '');
    expect(await saveVideoToDisk({ projectId: 'p1', fileName: 'clip.mp4', fileData: film })).toMatchObject({
      fileName: 'clip-2.mp4',
    });
  });

  it.each(['../../out.mp4', '/etc/out.mp4', 'a\\..\\..\\out.mp4'])('%j stays in its folder', async (fileName) => {
    const { folder, root } = mediaProject();
    const saved = await saveVideoToDisk({ projectId: 'p1', fileName, fileData: film });
    expect(saved).toMatchObject({ success: true });
    expect(filesOf(root, 'p1')).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(['media', 'records']);
  });

  it.each(['..', 'a/b', 'con', ''])('of a project %j is refused', async (projectId) => {
    mediaProject();
    const result = await saveVideoToDisk({ projectId, fileData: film });
    expect(result).toMatchObject({ success: false, code: 'invalid-input', fallback: 'blob' });
  });

  it('of a project that differs in case only is refused', async () => {
    mediaProject();
    await saveVideoToDisk({ projectId: 'Demo', fileData: film });
    expect(await saveVideoToDisk({ projectId: 'demo', fileData: film })).toMatchObject({ code: 'invalid-input' });
  });
});

describe('a link', () => {
  it('is captured like any other', async () => {
    const { root } = mediaProject();
    const origin = await loopback((_request, response) => void response.end(film));
    const saved = await saveVideoToDisk({ projectId: 'p1', fileName: 'clip', url: `${origin}/film.mp4` });
    expect(saved).toMatchObject({ success: true, fileName: 'clip.mp4', sizeBytes: film.length });
    expect(filesOf(root, 'p1')).toEqual(['clip.mp4']);
  });

  it('that serves a page is no video', async () => {
    mediaProject();
    const origin = await loopback((_request, response) => void response.end('<!doctype html><p>Sign in</p>'));
    const expiresAt = new Date(0);
    const result = await saveVideoToDisk({ projectId: 'p1', url: `${origin}/film.mp4`, expiresAt });
    expect(result).toMatchObject({ success: false, fallback: expect.stringMatching(/none|remote/) });
  });
});

it.each([
  [{}, 'Give either fileData or url'],
  [{ fileData: film, url: 'https://example.com/a.mp4' }, 'Give either fileData or url'],
  [{ fileData: 'bytes' }, 'fileData'],
  [{ fileData: film, fileName: 7 }, 'fileName'],
])('refuses %#', async (options, words) => {
  mediaProject();
  const result = await saveVideoToDisk({ projectId: 'p1', ...options } as never);
  expect(result).toMatchObject({ success: false, code: 'invalid-input', error: expect.stringContaining(words) });
});

describe('a disk that refuses', () => {
  const refusal = (code: string, errno?: number) => Object.assign(new Error(code), { code, ...(errno && { errno }) });

  it.each([
    ['is full', refusal('ENOSPC'), 'disk-full', /disk is full/],
    // Node has no name for it.
    ['has a quota', refusal('Unknown system error -122', -constants.errno.EDQUOT), 'disk-full', /quota is used up/],
    ['is read-only', refusal('EROFS'), 'disk-denied', /read-only/],
    ['denies it', refusal('EACCES'), 'disk-denied', /permissions/],
    ['finds the name too long', refusal('ENAMETOOLONG'), 'disk', /too long/],
    ['finds it in use', refusal('EBUSY'), 'disk', /another program is using it/],
  ])(
    'because it %s: says so, leaves nothing behind, and the page still has the film',
    async (_what, error, code, words) => {
      const { root } = mediaProject();
      await saveVideoToDisk({ projectId: 'p1', fileName: 'before.mp4', fileData: film });
      const prototype = await fileHandlePrototype();
      const { write } = prototype;
      const mend = () => Object.assign(prototype, { write });
      onTestFinished(() => void mend());
      prototype.write = () => Promise.reject(error);
      const result = await saveVideoToDisk({ projectId: 'p1', fileName: 'clip.mp4', fileData: film });
      expect(result).toMatchObject({ success: false, code, error: expect.stringMatching(words), fallback: 'blob' });
      expect(filesOf(root, 'p1')).toEqual(['before.mp4']);
      mend();
      expect(await saveVideoToDisk({ projectId: 'p1', fileName: 'clip.mp4', fileData: film })).toMatchObject({
        success: true,
        fileName: 'clip.mp4',
      });
    },
  );
});
