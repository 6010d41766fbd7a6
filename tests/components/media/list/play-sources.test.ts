import { describe, expect, it } from 'vitest';
import { playSources } from '#lib/components/media/list/play-sources.ts';
import { mediaItem } from '../../../fixtures/media/item-views.ts';

const NOW_MS = Date.parse('2026-11-30T12:00:00Z');
const originalUrl = 'https://films.example/a.mp4';
const [alive, over] = ['2026-11-30T13:00:00.000Z', '2026-11-30T11:00:00.000Z'];
const local = '/media/files/default/a.mp4';

describe('a player tries', () => {
  it.each([
    ['the disk, then the bytes here, then the link', { originalUrl, expiresAt: alive }, [local, 'blob:x', originalUrl]],
    ['no link that is over', { originalUrl, expiresAt: over }, [local, 'blob:x']],
    ['no link that is known to be dead', { originalUrl, lostReason: 'gone' }, [local, 'blob:x']],
    ['the bytes here of what only a browser has', { badge: 'in-browser' as const }, ['blob:x']],
    ['no file of a drive that is away', { badge: 'offline' as const, originalUrl }, ['blob:x', originalUrl]],
  ])('%s', (_name, fields, sources) => {
    expect(playSources(mediaItem(fields), 'blob:x', NOW_MS)).toEqual(sources);
  });

  it('the link of what is nowhere else', () => {
    const remote = mediaItem({ badge: 'remote', originalUrl, src: originalUrl });
    expect(playSources(remote, undefined, NOW_MS)).toEqual([originalUrl]);
    expect(playSources(mediaItem({ badge: 'lost' }), undefined, NOW_MS)).toEqual([]);
  });
});
