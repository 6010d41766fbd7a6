import { describe, expect, it } from 'vitest';
import { exportSource, playbackSource } from '#lib/media/play/sources.ts';
import type { LocalState, MediaItem } from '#lib/media/types.ts';

const NOW = Date.UTC(2026, 10, 30);
const PATH = 'projects/p1/videos/clip.mp4';
const REMOTE = 'https://v3b.fal.media/files/clip.mp4';

function itemWith(
  local: LocalState | undefined,
  blob: boolean,
  remote: 'alive' | 'over' | 'undated' | 'gone' | undefined,
): MediaItem {
  return {
    ...{ id: 'a', name: 'clip.mp4', type: 'video', fileSize: 1, createdAt: 0 },
    isLocalFile: local === 'here' || local === 'in-cloud',
    url: blob ? 'blob:http://localhost/1' : '',
    ...(local && { localPath: PATH, localState: local }),
    ...(remote && { originalUrl: REMOTE }),
    ...(remote === 'alive' && { expiresAt: new Date(NOW + 1).toISOString() }),
    ...(remote === 'over' && { expiresAt: new Date(NOW).toISOString() }),
    ...(remote === 'gone' && { lostReason: '404' }),
  };
}

const LOCALS = ['here', 'missing', 'in-cloud', 'offline', undefined] as const;
const REMOTES = ['alive', 'undated', 'over', 'gone', undefined] as const;
const all = LOCALS.flatMap((local) =>
  [true, false].flatMap((blob) => REMOTES.map((remote) => ({ local, blob, remote }))),
);

describe('of every combination of what exists, is gone and has expired', () => {
  it.each(all)('file $local, blob $blob, link $remote', ({ local, blob, remote }) => {
    const item = itemWith(local, blob, remote);
    const isAlive = remote === 'alive' || remote === 'undated';
    const played = local === 'here' ? 'local' : blob ? 'blob' : isAlive ? 'remote' : 'lost';
    const exported = local === 'here' ? 'local' : isAlive ? 'remote' : 'lost';
    const address = { local: '/media/files/p1/clip.mp4', blob: item.url, remote: REMOTE, lost: undefined };
    expect(playbackSource(item, { nowMs: NOW })).toEqual({
      kind: played,
      ...(played !== 'lost' && { address: address[played] }),
    });
    const exportedAt = { local: PATH, remote: REMOTE, lost: undefined };
    expect(exportSource(item, { nowMs: NOW })).toEqual({
      kind: exported,
      ...(exported !== 'lost' && { address: exportedAt[exported] }),
    });
  });
});

it('plays the bytes that a page has found, also without an address of its own', () => {
  expect(playbackSource(itemWith(undefined, false, undefined), { blob: true })).toEqual({ kind: 'blob' });
  expect(playbackSource(itemWith(undefined, true, undefined), { blob: false })).toEqual({ kind: 'lost' });
});

it('never follows a path that leads out of the library', () => {
  const item = { ...itemWith('here', false, undefined), localPath: '../../etc/passwd' };
  expect(playbackSource(item)).toEqual({ kind: 'lost' });
});
