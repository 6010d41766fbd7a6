import * as files from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { readHealth } from '#lib/web/server/health.server.ts';
import { videoShelf } from '../../fixtures/records/video-shelf.ts';

// No file system here hides its size.
vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof files>()), statfs: vi.fn() }));

it.each([
  ['is not known', { bavail: 0, bsize: 4096, blocks: 0 }, null],
  ['is used up', { bavail: 0, bsize: 4096, blocks: 9 }, 0],
])('a server is well where the free space %s', async (_name, found, freeBytes) => {
  videoShelf().record();
  vi.mocked(files.statfs).mockResolvedValueOnce(found as never);
  expect(await readHealth('1.0')).toMatchObject({ status: 'ok', disk: { freeBytes } });
});

it('a server is failing where nobody can be asked', async () => {
  videoShelf().record();
  vi.mocked(files.statfs).mockRejectedValue(new Error('gone'));
  expect(await readHealth('1.0')).toMatchObject({ status: 'failing', disk: { freeBytes: null } });
});
