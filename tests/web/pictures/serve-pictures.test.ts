import { mkdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import type { FilmPictures } from '#lib/pictures/index.ts';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { playVideo } from '#lib/web/playback/playback.server.ts';
import { toVideoView } from '#lib/web/videos/to-view.server.ts';
import { type Shelf, videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const FILM = 'eiffel-tower-1900';
const bytesOf = (text: string) => Buffer.from(text);

/** A film with its pictures, as they are put on record. */
function shelved(shelf: Shelf, { number = 1, place = `${FILM}.mp4` } = {}) {
  const film = shelf.put(place, bytesOf(`film ${number}`));
  const picture = (ending: string, mimeType: string) => {
    const name = `${FILM}.v${number}.${ending}`;
    const { sizeBytes, sha256 } = shelf.put(name, bytesOf(`${ending} of ${number}`));
    return { name, sizeBytes, sha256, mimeType, width: 640, height: 360 };
  };
  const pictures: FilmPictures = {
    filmSha256: film.sha256,
    poster: picture('poster.webp', 'image/webp'),
    posterSmall: picture('poster-640.webp', 'image/webp'),
    spriteSheet: picture('sprites.jpg', 'image/jpeg'),
    spriteIndex: picture('sprites.vtt', 'text/vtt; charset=utf-8'),
  };
  return { ...film, pictures, status: 'ready' as const };
}

function play(name: string, { headers = {}, method = 'GET' } = {}) {
  const url = new URL(`http://localhost/videos/${name}`);
  return playVideo(url.pathname.slice('/videos/'.length), new Request(url, { headers, method }), url);
}

const viewOf = (record: VideoMetadata) =>
  toVideoView(record.spotId, record.eraId, record, { settings: readSettings(), nowMs: 0 });

describe('the pictures of a film', () => {
  it.each([
    ['poster', 'image/webp'],
    ['posterSmall', 'image/webp'],
    ['sheet', 'image/jpeg'],
    ['index', 'text/vtt; charset=utf-8'],
  ] as const)('are served at the address in its view: %s', async (which, mimeType) => {
    const shelf = videoShelf();
    const record = videoRecord({ ...shelved(shelf) });
    shelf.record(record);
    const { poster, posterSmall, sprites } = viewOf(record).pictures ?? {};
    const src = { poster: poster?.src, posterSmall: posterSmall?.src, ...sprites }[which] ?? '';
    const answer = await play(src.replace('/videos/', ''));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(mimeType);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await answer.text()).toContain('of 1');
  });

  it('are to be asked for again at an address without their hash', async () => {
    const shelf = videoShelf();
    shelf.record(videoRecord({ ...shelved(shelf) }));
    for (const name of [`${FILM}.v1.poster.webp`, `${FILM}.v1.poster.webp?v=0123456789abcdef`]) {
      const { status, headers, body } = await play(name);
      await body?.cancel();
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, no-cache']);
    }
  });

  it('answer a copy that is still right, and a part', async () => {
    const shelf = videoShelf();
    const film = shelved(shelf);
    shelf.record(videoRecord(film));
    const name = `${FILM}.v1.sprites.jpg`;
    const etag = `"${film.pictures.spriteSheet?.sha256}"`;
    expect((await play(name, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const part = await play(name, { headers: { range: 'bytes=0-6' } });
    expect([part.status, await part.text()]).toEqual([206, 'sprites']);
  });

  it('go on being served while a new film is made, and as those of a former one', async () => {
    const shelf = videoShelf();
    const [old, now] = [shelved(shelf, { place: `${FILM}.v1.mp4` }), shelved(shelf, { number: 2 })];
    const versions = { last: 2, current: 2, former: [{ ...old, version: 1 }] };
    const { pictures: _moved, ...replacing } = now;
    shelf.record(videoRecord({ ...replacing, versions, status: 'generating', previous: now }));
    for (const number of [1, 2]) {
      const answer = await play(`${FILM}.v${number}.poster.webp`);
      expect(await answer.text()).toBe(`poster.webp of ${number}`);
    }
  });

  it('of a film that was replaced by another file are not shown', () => {
    const shelf = videoShelf();
    const { pictures } = shelved(shelf);
    const other = shelf.put(`${FILM}.mp4`, bytesOf('another'));
    expect(viewOf(videoRecord({ ...other, status: 'ready', pictures })).pictures).toBeUndefined();
  });

  it('are missed in the view, which names no reason', () => {
    const shelf = videoShelf();
    const film = shelf.put(`${FILM}.mp4`, bytesOf('film'));
    const missing = [`No poster: ffmpeg could not draw it (${shelf.root}/x: error).`];
    const view = viewOf(videoRecord({ ...film, status: 'ready', pictures: { missing } }));
    expect(view).toMatchObject({ state: 'ready', notes: [expect.stringMatching(/poster.*npm run pictures/)] });
    expect(JSON.stringify(view)).not.toContain(shelf.root);
  });
});

describe('what is no picture of a film', () => {
  it.each<[string, (shelf: Shelf) => void, string]>([
    ['another name', () => {}, `${FILM}.v2.poster.webp`],
    ['a name that leads elsewhere', () => {}, '../records.poster.webp'],
    ['another place', () => {}, 'louvre-1900.v1.poster.webp'],
    ['the file of a deleted film', () => {}, `${FILM}.v3.poster.webp`],
    ['a file that is gone', ({ root }) => unlinkSync(at(root, 'poster.webp')), `${FILM}.v1.poster.webp`],
    ['a file of another size', ({ root }) => writeFileSync(at(root, 'poster.webp'), 'x'), `${FILM}.v1.poster.webp`],
    [
      'a link',
      ({ root }) => {
        unlinkSync(at(root, 'poster.webp'));
        symlinkSync('/etc/hostname', at(root, 'poster.webp'));
      },
      `${FILM}.v1.poster.webp`,
    ],
    [
      'a folder',
      ({ root }) => {
        unlinkSync(at(root, 'poster.webp'));
        mkdirSync(at(root, 'poster.webp'));
      },
      `${FILM}.v1.poster.webp`,
    ],
  ])('%s is not found', async (_name, change, name) => {
    const shelf = videoShelf();
    const deleted = { ...shelved(shelf, { number: 3, place: `${FILM}.v3.mp4.deleted` }), version: 3 };
    const film = shelved(shelf);
    const former = [{ ...deleted, deletedAt: '2026-11-21T00:00:00.000Z' }];
    shelf.record(videoRecord({ ...film, versions: { last: 3, current: 1, former } }));
    change(shelf);
    const answer = playVideo(name, new Request('http://localhost/videos/x'), new URL('http://localhost/videos/x'));
    await expect(answer).rejects.toMatchObject({ problem: 'not-found' });
  });
});

function at(root: string, ending: string): string {
  return join(root, 'static/videos', `${FILM}.v1.${ending}`);
}
