import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addMediaItem, saveVideoToDisk } from '#lib/media/index.ts';
import { exportMedia, serveMedia } from '#lib/web/media/media-files.server.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });

async function savedFilm() {
  const saved = await saveVideoToDisk({ projectId: 'p', fileName: 'clip.mp4', fileData: film });
  if (!saved.success) throw new Error(saved.error);
  return addMediaItem('p', { id: 'clip', localPath: saved.localPath, fileSize: saved.sizeBytes, sha256: saved.sha256 });
}

describe('a project as an archive', () => {
  it('is sent whole, or from where a download broke off', async () => {
    mediaProject();
    await savedFilm();
    const whole = await exportMedia('p', new Request('http://localhost/media/export/p'));
    const bytes = new Uint8Array(await whole.arrayBuffer());
    expect(whole.headers.get('content-disposition')).toBe('attachment; filename="p.zip"');
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    const headers = { range: 'bytes=1000-' };
    const rest = await exportMedia('p', new Request('http://localhost/media/export/p', { headers }));
    expect(rest.status).toBe(206);
    expect(new Uint8Array(await rest.arrayBuffer())).toEqual(bytes.slice(1000));
  });

  it('is none of an empty project', async () => {
    mediaProject();
    const request = new Request('http://localhost/media/export/p');
    await expect(exportMedia('p', request)).rejects.toMatchObject({ problem: 'not-found' });
  });
});

describe('a file of the library', () => {
  const serve = (name: string, headers: Record<string, string> = {}, method = 'GET') => {
    const url = new URL(`http://localhost/media/files/p/${encodeURIComponent(name)}`);
    return serveMedia({ projectId: 'p', name }, new Request(url, { headers, method }), url);
  };

  it('is served whole or in part, to its owner alone', async () => {
    mediaProject();
    await savedFilm();
    const whole = await serve('clip.mp4');
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      ...{ 'content-type': 'video/mp4', 'content-length': String(film.length), 'accept-ranges': 'bytes' },
      'cache-control': 'private, no-cache',
    });
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(new Uint8Array(film));
    const part = await serve('clip.mp4', { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${film.length}`]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(new Uint8Array(film.subarray(10, 20)));
    const etag = whole.headers.get('etag') ?? '';
    expect((await serve('clip.mp4', { 'if-none-match': etag })).status).toBe(304);
    const head = await serve('clip.mp4', {}, 'HEAD');
    expect([head.headers.get('content-length'), head.body]).toEqual([String(film.length), null]);
  });

  it.each(['other.mp4', 'clip.mp4.part', 'half.mp4.part', '../clip.mp4', '../../../media-items.json', ''])(
    'is none by the name %j',
    async (name) => {
      const { root } = mediaProject();
      await savedFilm();
      writeFileSync(join(root, 'projects/p/videos/half.mp4.part'), 'half');
      await expect(serve(name)).rejects.toMatchObject({ problem: 'not-found' });
    },
  );
});
