import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addMediaItem, listMediaItems } from '#lib/media/index.ts';
import { addItem, saveItem, type Upload, uploadFile } from '#lib/web/media/media-items.server.ts';
import { mediaItemSchema } from '#lib/web/media/media-view.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const streamOf = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]).stream();

function upload(fields: Partial<Upload> = {}) {
  const { signal } = new AbortController();
  return uploadFile({ projectId: 'p', name: 'Harbour.mp4', itemId: null, body: streamOf(film), signal, ...fields });
}

function post(body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return addItem('p', new Request('http://localhost/api/media/p/items', { method: 'POST', body: text }));
}

describe('an upload', () => {
  it('becomes a new item, with its file on disk', async () => {
    const { root } = mediaProject();
    const { item, isNew } = await upload();
    expect(mediaItemSchema.parse(item)).toMatchObject({
      ...{ name: 'Harbour.mp4', badge: 'on-disk', src: '/media/files/p/Harbour.mp4', fileSize: film.length },
    });
    expect([isNew, readFileSync(join(root, item.localPath ?? '')).equals(film)]).toEqual([true, true]);
    expect((await upload()).item.localPath).toBe('projects/p/videos/Harbour-2.mp4');
  });

  it('gives an item its file, and changes nothing when it is sent again', async () => {
    const { root } = mediaProject();
    await addMediaItem('p', { id: 'mine', name: 'My film', inBrowser: true });
    const first = await upload({ itemId: 'mine' });
    expect(first).toMatchObject({ isNew: false, item: { id: 'mine', name: 'My film', badge: 'on-disk' } });
    expect(await upload({ itemId: 'mine' })).toEqual(first);
    expect(readdirSync(join(root, 'projects/p/videos'))).toEqual(['Harbour.mp4']);
    expect(await listMediaItems('p')).toHaveLength(1);
  });

  it('is refused while the same item is being uploaded', async () => {
    mediaProject();
    await addMediaItem('p', { id: 'mine' });
    const ends = await Promise.allSettled([upload({ itemId: 'mine' }), upload({ itemId: 'mine' })]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(ends[1]).toMatchObject({ reason: { problem: 'busy' } });
  });

  it.each<[string, Partial<Upload>, string, string | undefined]>([
    ['that is no film', { body: streamOf(film.slice(0, 2000)) }, 'not-a-whole-video', 'none'],
    ['without bytes', { body: null }, 'not-a-whole-video', 'none'],
    ['for an item that is not there', { itemId: 'other' }, 'not-found', undefined],
    ['to a project that cannot be', { projectId: '../p' }, 'invalid-input', 'blob'],
    ['whose sender has left', { signal: AbortSignal.abort() }, 'aborted', 'blob'],
  ])('%s leaves nothing', async (_what, fields, problem, fallback) => {
    const { root } = mediaProject();
    await addMediaItem('p', { id: 'mine' });
    await expect(upload(fields)).rejects.toMatchObject({
      problem,
      options: fallback === undefined ? {} : { fallback },
    });
    const folder = join(root, 'projects/p/videos');
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    expect(await listMediaItems('p')).toHaveLength(1);
  });
});

describe('a new item', () => {
  it('is at a provider or in a browser, and is the same when it is added again', async () => {
    mediaProject();
    const link = { id: 'one', name: 'A film', originalUrl: 'https://cdn.example/a.mp4', fileSize: 9 };
    const item = await post(link);
    expect(item).toMatchObject({ id: 'one', badge: 'remote', src: link.originalUrl, type: 'video', fileSize: 9 });
    expect(await post(link)).toEqual(item);
    expect(await post({ name: 'B', inBrowser: true, type: 'audio' })).toMatchObject({
      badge: 'in-browser',
      type: 'audio',
    });
    expect(await listMediaItems('p')).toHaveLength(2);
  });

  it.each(['{', {}, { name: '' }, { name: 'a', originalUrl: 'file:///etc/passwd' }, { name: 'a', localPath: 'x' }])(
    'is refused: %j',
    async (body) => {
      mediaProject();
      await expect(post(body)).rejects.toMatchObject({ problem: 'invalid-input' });
    },
  );
});

describe('saving one item', () => {
  async function provider() {
    return loopback((request, response) => {
      response.statusCode = Number(/^\/(\d{3})$/.exec(request.url ?? '')?.[1] ?? 200);
      response.end(response.statusCode === 200 ? film : 'refused');
    });
  }

  it('fetches it, and others of the project at the same time', async () => {
    mediaProject();
    const origin = await provider();
    const ids = ['a', 'b', 'c'];
    for (const id of ids) await addMediaItem('p', { id, originalUrl: `${origin}/film` });
    const saved = await Promise.all(ids.map((id) => saveItem('p', id)));
    expect(saved.map(({ badge }) => badge)).toEqual(['on-disk', 'on-disk', 'on-disk']);
    expect(await saveItem('p', 'a')).toMatchObject({ id: 'a', badge: 'on-disk' });
  });

  it.each<[{ originalUrl?: string; inBrowser?: boolean; type?: 'audio' }, string]>([
    [{ originalUrl: '/404' }, 'expired'],
    [{ inBrowser: true }, 'invalid-input'],
    [{ originalUrl: '/film', type: 'audio' }, 'invalid-input'],
    [{}, 'expired'],
  ])('says why it cannot be had: %j', async ({ originalUrl, ...fields }, problem) => {
    mediaProject();
    const origin = await provider();
    await addMediaItem('p', { id: 'a', ...fields, ...(originalUrl && { originalUrl: origin + originalUrl }) });
    await expect(saveItem('p', 'a')).rejects.toMatchObject({ problem });
    await expect(saveItem('p', 'b')).rejects.toMatchObject({ problem: 'not-found' });
  });
});
