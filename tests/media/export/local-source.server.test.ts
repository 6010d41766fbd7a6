import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { localSource } from '#lib/media/export/local-source.server.ts';
import { addMediaItem, saveVideoToDisk } from '#lib/media/index.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = Buffer.from(await makeMp4({ sizeBytes: 4000 }));
const { signal } = new AbortController();

async function filmSource() {
  const library = mediaProject();
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName: 'clip.mp4', fileData: film });
  if (!saved.success) throw new Error(saved.error);
  await addMediaItem('p1', { id: 'clip', localPath: saved.localPath, fileSize: saved.sizeBytes });
  const path = join(library.root, saved.localPath);
  const recordNow = async () => library.store.get('p1/clip');
  const source = async () => {
    const record = await recordNow();
    if (!record) throw new Error('no record');
    const file = { name: 'Clip.mp4', record: { ...record, localPath: saved.localPath }, sizeBytes: film.length };
    return localSource(library, { ...file, mtimeMs: lstatSync(path).mtimeMs });
  };
  return { library, path, source, crcOnRecord: async () => (await recordNow())?.crc32 };
}

const read = async (body: ReadableStream<Uint8Array>) => Buffer.from(await new Response(body).arrayBuffer());

it('gives the bytes of a range', async () => {
  const source = await (await filmSource()).source();
  expect(await read(await source.open({ start: 10, end: 19 }))).toEqual(film.subarray(10, 20));
});

describe('its CRC-32', () => {
  it('is computed once, and kept on record until the file has changed', async () => {
    const { path, source, crcOnRecord } = await filmSource();
    const first = await source();
    expect(await first.crc32(signal)).toBe(crc32(film));
    expect(await crcOnRecord()).toBe(crc32(film));
    rmSync(path);
    expect(await first.crc32(signal)).toBe(crc32(film));
    await first.onChanged?.();
    expect(await crcOnRecord()).toBeUndefined();
  });

  it('is not kept in a library that is away, which is not made anew', async () => {
    const { library, source } = await filmSource();
    const one = await source();
    renameSync(library.root, `${library.root}-away`);
    await one.onChanged?.();
    expect(existsSync(library.root)).toBe(false);
  });

  it('is not computed for a client that has left', async () => {
    const source = await (await filmSource()).source();
    await expect(source.crc32(AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('what is in its place by then', () => {
  it('is refused if it has another length', async () => {
    const { path, source } = await filmSource();
    const one = await source();
    writeFileSync(path, 'short');
    await expect(one.open({ start: 0, end: 1 })).rejects.toMatchObject({ code: 'integrity', retryable: true });
  });

  it.skipIf(process.platform === 'win32')('is refused if it is a link, or a pipe, which nobody waits for', async () => {
    const { library, path, source } = await filmSource();
    const one = await source();
    renameSync(path, join(library.folder, 'elsewhere.mp4'));
    symlinkSync(join(library.folder, 'elsewhere.mp4'), path);
    await expect(one.open({ start: 0, end: 1 })).rejects.toMatchObject({ code: expect.stringMatching(/^disk/) });
    rmSync(path);
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    await expect(one.open({ start: 0, end: 1 })).rejects.toMatchObject({ code: 'integrity' });
  });
});
