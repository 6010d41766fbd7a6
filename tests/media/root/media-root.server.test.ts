import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRoot, rootState } from '#lib/media/root/media-root.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function place() {
  const folder = temporaryFolder();
  return { root: join(folder, 'media'), notePath: join(folder, 'records', 'media-library.json'), folder };
}

it('a library is made with its first use, and looking makes nothing', async () => {
  const it = place();
  expect(rootState(it)).toEqual({ kind: 'new' });
  expect(readdirSync(it.folder)).toEqual([]);
  await openRoot(it);
  await openRoot(it);
  expect(rootState(it)).toEqual({ kind: 'online' });
});

it.each([
  ['is away', (root: string) => renameSync(root, `${root}-away`)],
  [
    'is an empty mount point',
    (root: string) => {
      renameSync(root, `${root}-away`);
      mkdirSync(root);
    },
  ],
])('a root that %s is offline, and nothing is made in its place', async (_what, unplug) => {
  const it = place();
  await openRoot(it);
  unplug(it.root);
  const before = readdirSync(it.folder);
  expect(rootState(it)).toMatchObject({ kind: 'offline', reason: expect.stringContaining(it.root) });
  await expect(openRoot(it)).rejects.toMatchObject({
    code: 'disk',
    message: expect.stringContaining('Connect the drive'),
  });
  expect(readdirSync(it.folder)).toEqual(before);
});

it('a drive that comes back is the library again, and one from another machine is taken', async () => {
  const it = place();
  await openRoot(it);
  renameSync(it.root, `${it.root}-away`);
  renameSync(`${it.root}-away`, it.root);
  expect(rootState(it)).toEqual({ kind: 'online' });
  const other = { root: it.root, notePath: join(it.folder, 'other', 'media-library.json') };
  await openRoot(other);
  expect(rootState(other)).toEqual({ kind: 'online' });
});

it('another root is another library', async () => {
  const it = place();
  await openRoot(it);
  expect(rootState({ ...it, root: join(it.folder, 'second') })).toEqual({ kind: 'new' });
});
