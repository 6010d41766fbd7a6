import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { addMediaItem, adoptFiles, exportProject, finishMediaPictures, saveVideoToDisk } from '#lib/media/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { fakeDraw } from '../../fixtures/media/fake-draw.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { readCentral, readEnd, readLocal } from '../../fixtures/media/zip-reader.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { openFiles } from '../../fixtures/open-files.ts';

const film = await makeMp4({ sizeBytes: 4000 });

async function addFilm(id: string, name: string, createdAt: number, fileData = film) {
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName: `${id}.mp4`, fileData });
  if (!saved.success) throw new Error(saved.error);
  return addMediaItem('p1', { id, name, localPath: saved.localPath, fileSize: saved.sizeBytes, createdAt });
}

async function threeFilms() {
  const library = mediaProject();
  await addFilm('c', 'Harbour', Date.UTC(2026, 0, 2));
  await addFilm('a', 'Harbour', Date.UTC(2026, 0, 1));
  await addFilm('b', '../Håfen', Date.UTC(2026, 0, 3));
  return library;
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const recordsIn = (root: string) => JSON.parse(readFileSync(join(root, 'media-items.json'), 'utf8'));
const asked = (headers: Record<string, string>, method = 'GET') => ({
  request: new Request('http://localhost/media/p1.zip', { method, headers }),
});

/** Every entry of the archive, with its content, after a check of each header. */
function unpacked(archive: Buffer) {
  const tail = archive.subarray(archive.length - 22);
  const { start, entries } = readEnd(tail);
  const found: Record<string, Buffer> = {};
  let at = start;
  for (let count = 0; count < entries; count += 1) {
    const { offset, headerBytes, ...central } = readCentral(archive, at);
    const { headerBytes: localBytes, ...local } = readLocal(archive, offset);
    expect(local).toEqual(central);
    const content = archive.subarray(offset + localBytes, offset + localBytes + local.sizeBytes);
    expect(crc32(content)).toBe(local.crc32);
    found[local.name] = content;
    at += headerBytes;
  }
  return found;
}

describe('an archive', () => {
  it('has every file, the oldest first, under safe and unique names, and says what it has', async () => {
    await threeFilms();
    const response = await exportProject('p1');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      ...{ 'content-type': 'application/zip', 'accept-ranges': 'bytes' },
      'content-disposition': 'attachment; filename="p1.zip"',
    });
    const archive = await bytesOf(response);
    expect(String(archive.length)).toBe(response.headers.get('content-length'));
    const { 'manifest.json': manifest, ...films } = unpacked(archive);
    expect(films).toEqual({ 'Harbour.mp4': film, 'Harbour-2.mp4': film, '-Håfen.mp4': film });
    expect(JSON.parse(String(manifest))).toMatchObject({
      project: 'p1',
      items: [
        { file: 'Harbour.mp4', id: 'a', sizeBytes: film.length, created: '2026-01-01T00:00:00.000Z' },
        { file: 'Harbour-2.mp4', id: 'c' },
        { file: '-Håfen.mp4', id: 'b' },
      ],
      missing: [],
    });
  });

  it('has the same bytes every time, and its files were only read for their CRC-32 the first time', async () => {
    const { root } = await threeFilms();
    expect(recordsIn(root).map((record: { crc32?: number }) => record.crc32)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const first = await exportProject('p1');
    const bytes = await bytesOf(first);
    expect(recordsIn(root).map((record: { crc32?: number }) => record.crc32)).toEqual(Array(3).fill(crc32(film)));
    const second = await exportProject('p1');
    expect(await bytesOf(second)).toEqual(bytes);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  it('has films, and not their pictures', async () => {
    const { root } = mediaProject({ REELKEEP_PICTURES: '1' });
    await addFilm('a', 'Harbour', 1);
    await finishMediaPictures(fakeDraw());
    expect(readdirSync(join(root, 'projects/p1/videos'))).toHaveLength(5);
    await adoptFiles();
    const files = unpacked(await bytesOf(await exportProject('p1')));
    expect(Object.keys(files).sort()).toEqual(['Harbour.mp4', 'manifest.json']);
  });

  it('lists what it does not have, with the reason', async () => {
    const { root } = mediaProject();
    const clock = new FakeClock(Date.UTC(2026, 0, 2));
    const gone = await addFilm('gone', 'Gone', 1);
    rmSync(join(root, gone.localPath ?? ''));
    const originalUrl = 'https://example.com/a.mp4?signature=secret';
    await addMediaItem('p1', { id: 'remote', originalUrl, createdAt: 2 });
    await addMediaItem('p1', { id: 'expired', originalUrl, expiresAt: '2026-01-01T00:00:00Z', createdAt: 3 });
    await addMediaItem('p1', { id: 'page', url: 'blob:http://localhost/1', createdAt: 4 });
    const { 'manifest.json': manifest } = unpacked(await bytesOf(await exportProject('p1', { clock })));
    expect(String(manifest)).not.toContain('secret');
    expect(JSON.parse(String(manifest)).missing).toEqual([
      { id: 'gone', name: 'Gone', reason: expect.stringContaining('gone from the library') },
      { id: 'remote', name: 'remote', reason: expect.stringContaining('Only its provider') },
      { id: 'expired', name: 'expired', reason: expect.stringContaining('No copy') },
      { id: 'page', name: 'page', reason: expect.stringContaining('Only a browser') },
    ]);
  });

  it('tells of each file where it comes from, for a log', async () => {
    mediaProject();
    await addFilm('a', 'Harbour', 1);
    await addMediaItem('p1', { id: 'b', originalUrl: 'https://v3b.fal.media/b.mp4' });
    const onEvent = vi.fn();
    await exportProject('p1', { onEvent });
    const localPath = 'projects/p1/videos/a.mp4';
    expect(onEvent.mock.calls).toEqual([[{ kind: 'exporting', name: 'Harbour', source: 'local', localPath }]]);
  });

  it('of a project without items is refused', async () => {
    mediaProject();
    await expect(exportProject('p1')).rejects.toMatchObject({ code: 'not-found' });
    await expect(exportProject('../p1')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('of a library that is offline is refused, and nothing is made in its place', async () => {
    const { root } = await threeFilms();
    renameSync(root, `${root}-away`);
    await expect(exportProject('p1')).rejects.toMatchObject({ code: 'disk' });
    expect(existsSync(root)).toBe(false);
  });
});

describe('a request', () => {
  it('for a range gets those bytes, and nothing before them is read', async () => {
    const { root } = await threeFilms();
    const whole = await bytesOf(await exportProject('p1'));
    const [first = ''] = readdirSync(join(root, 'projects/p1/videos'));
    const start = whole.length - 700;
    // It lies before the range: with the CRC-32 on record, nobody opens it.
    const path = join(root, 'projects/p1/videos', first);
    renameSync(path, `${path}.away`);
    writeFileSync(path, Buffer.alloc(film.length));
    const part = await exportProject('p1', asked({ range: `bytes=${start}-` }));
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes ${start}-${whole.length - 1}/${whole.length}`);
    expect(await bytesOf(part)).toEqual(whole.subarray(start));
  });
});

describe('while it is sent', () => {
  it('a file that changes ends it, and the next one has the new file', async () => {
    const { root } = await threeFilms();
    await bytesOf(await exportProject('p1'));
    const changed = Buffer.from(film);
    changed.writeUInt8(7, film.length - 1);
    writeFileSync(join(root, 'projects/p1/videos/b.mp4'), changed);
    await expect(bytesOf(await exportProject('p1'))).rejects.toMatchObject({ code: 'integrity', retryable: true });
    expect(unpacked(await bytesOf(await exportProject('p1')))['-Håfen.mp4']).toEqual(changed);
  });

  it('a client that leaves closes the file, and an abort ends it', async () => {
    const { root } = mediaProject();
    await addFilm('large', 'Large', 1, await makeMp4({ sizeBytes: 600_000 }));
    const leaveAfterHeaders = async (response: Response) => {
      const reader = response.body?.getReader();
      for (let count = 0; count < 4; count += 1) await reader?.read();
      expect(openFiles(join(root, 'projects'))).toHaveLength(process.platform === 'linux' ? 1 : 0);
      return reader;
    };
    const first = await leaveAfterHeaders(await exportProject('p1'));
    await first?.cancel();
    await expect.poll(() => openFiles(join(root, 'projects'))).toEqual([]);
    const stop = new AbortController();
    const second = await leaveAfterHeaders(await exportProject('p1', { signal: stop.signal }));
    stop.abort();
    await expect(second?.read()).rejects.toMatchObject({ code: 'aborted' });
    await expect.poll(() => openFiles(join(root, 'projects'))).toEqual([]);
  });
});
