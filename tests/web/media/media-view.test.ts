import { describe, expect, it } from 'vitest';
import type { MediaItem } from '#lib/media/index.ts';
import { mediaItemSchema, toView } from '#lib/web/media/media-view.ts';

const NOW_MS = Date.parse('2026-05-01T12:00:00Z');
const VIEWING = { nowMs: NOW_MS, makesPictures: true };
const LINK = 'https://cdn.example/a.mp4?token=1';

function item(fields: Partial<MediaItem> = {}): MediaItem {
  const base = {
    id: 'one',
    name: 'A film',
    type: 'video',
    url: '',
    isLocalFile: false,
    fileSize: 5,
    createdAt: NOW_MS,
  };
  return { ...base, ...fields } as MediaItem;
}

const onDisk = { localPath: 'projects/p/videos/a b.mp4', isLocalFile: true, localState: 'here' } as const;

describe('an item for a page', () => {
  it.each<[string, Partial<MediaItem>, string, string | undefined]>([
    ['is on disk', { ...onDisk, originalUrl: LINK }, 'on-disk', '/media/files/p/a%20b.mp4'],
    ['is in the cloud', { ...onDisk, localState: 'in-cloud' }, 'in-cloud', undefined],
    ['is in the cloud, and has a link', { ...onDisk, localState: 'in-cloud', originalUrl: LINK }, 'in-cloud', LINK],
    ['is on a drive that is away', { ...onDisk, isLocalFile: false, localState: 'offline' }, 'offline', undefined],
    [
      'lost its file, and has a link',
      { ...onDisk, isLocalFile: false, localState: 'missing', originalUrl: LINK },
      'remote',
      LINK,
    ],
    ['is in a browser', { inBrowser: true }, 'in-browser', undefined],
    ['is in a browser, and has a link', { inBrowser: true, originalUrl: LINK }, 'in-browser', LINK],
    ['has a link', { originalUrl: LINK, expiresAt: '2026-05-01T12:00:01.000Z' }, 'remote', LINK],
    ['has a link that has ended', { originalUrl: LINK, expiresAt: '2026-05-01T12:00:00.000Z' }, 'lost', undefined],
    ['has a link that was refused', { originalUrl: LINK, lostReason: 'gone' }, 'lost', undefined],
    ['is nowhere', {}, 'lost', undefined],
  ])('%s', (_what, fields, badge, src) => {
    const view = toView('p', item(fields), VIEWING);
    expect(view).toMatchObject({ badge, ...(src !== undefined && { src }) });
    expect(view.src).toBe(src);
    expect(() => mediaItemSchema.parse(view)).not.toThrow();
  });

  it('has the pictures that are on record, while its file is there', () => {
    const file = { sizeBytes: 9, sha256: 'a'.repeat(64), mimeType: 'image/webp', width: 16, height: 9 };
    const pictures = { poster: { name: 'a b#1.mp4.poster.webp', ...file } };
    const view = (fields: Partial<MediaItem>) => toView('p', item({ id: 'a:b', pictures, ...fields }), VIEWING);
    const src = `/media/pictures/p/a%3Ab/a%20b%231.mp4.poster.webp?v=${'a'.repeat(16)}`;
    expect(view(onDisk).pictures).toEqual({ poster: { src, width: 16, height: 9 } });
    expect(view({ ...onDisk, isLocalFile: false, localState: 'offline' })).not.toHaveProperty('pictures');
    const without = view({ ...onDisk, pictures: { missing: ['No poster.'] } });
    expect(without).not.toHaveProperty('pictures');
    expect(without).toMatchObject({ picturesMissing: ['No poster.'] });
    expect(() => mediaItemSchema.parse(view(onDisk))).not.toThrow();
  });

  it('waits for its pictures where the server makes some', () => {
    const due = item({ ...onDisk, pictures: { isDue: true } });
    expect(toView('p', due, VIEWING)).toMatchObject({ picturesDue: true });
    expect(toView('p', due, { ...VIEWING, makesPictures: false })).not.toHaveProperty('picturesDue');
    expect(toView('p', item(onDisk), VIEWING)).not.toHaveProperty('picturesDue');
  });

  it('keeps to itself what a page does not need', () => {
    const view = toView('p', item({ ...onDisk, sha256: 'abc', requestId: 'r1', url: 'u' }), VIEWING);
    expect(Object.keys(view).filter((name) => ['sha256', 'requestId', 'url', 'isLocalFile'].includes(name))).toEqual(
      [],
    );
  });
});
