import { describe, expect, it } from 'vitest';
import { addMediaItem, saveVideoToDisk } from '#lib/media/index.ts';
import { exportMedia } from '#lib/web/media/media-files.server.ts';
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
