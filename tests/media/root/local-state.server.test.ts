import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localStateOf } from '#lib/media/root/local-state.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const PATH = 'projects/p1/videos/clip.mp4';

function library() {
  const root = temporaryFolder();
  mkdirSync(join(root, 'projects/p1/videos'), { recursive: true });
  return { root, write: (text: string) => writeFileSync(join(root, PATH), text) };
}

it.each([
  ['whole', 'film', 4, 'here'],
  ['of unknown size', 'film', 0, 'here'],
  ['of another size', 'films', 4, 'missing'],
  ['empty', '', 0, 'missing'],
])('a file that is %s', async (_what, text, sizeBytes, state) => {
  const { root, write } = library();
  write(text);
  expect(await localStateOf(root, PATH, sizeBytes)).toBe(state);
});

it('is missing where there is none, where it is a link, and where the path leads elsewhere', async () => {
  const { root } = library();
  expect(await localStateOf(root, PATH, 4)).toBe('missing');
  expect(await localStateOf(join(root, 'none'), PATH, 4)).toBe('missing');
  writeFileSync(join(root, 'secret'), 'film');
  symlinkSync(join(root, 'secret'), join(root, PATH));
  expect(await localStateOf(root, PATH, 4)).toBe('missing');
  expect(await localStateOf(root, '../secret', 4)).toBe('missing');
});

it.each([
  ['darwin', 'in-cloud'],
  ['win32', 'in-cloud'],
  ['linux', 'here'],
] as const)('with a size and no blocks, on %s: %s', async (platform, state) => {
  const stat = async () => ({ isFile: () => true, size: 4, blocks: 0 });
  expect(await localStateOf('/library', PATH, 4, { platform, stat })).toBe(state);
});

// Whoever opens a pipe for reading waits for its writer, as one who opens a file in the cloud may wait for its bytes.
it.skipIf(process.platform === 'win32')('a file in the cloud is never opened', async () => {
  const { root } = library();
  expect(spawnSync('mkfifo', [join(root, PATH)]).status).toBe(0);
  const stat = async () => ({ isFile: () => true, size: 4, blocks: 0 });
  expect(await localStateOf(root, PATH, 4, { platform: 'darwin', stat })).toBe('in-cloud');
  expect(await localStateOf(root, PATH, 4)).toBe('missing');
});
