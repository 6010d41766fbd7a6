import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { adoptFiles, finishMediaPictures, mediaRecords } from '#lib/media/index.ts';
import { adoptRoot } from '#lib/media/root/adopt-root.server.ts';
import { openRoot, rootState } from '#lib/media/root/media-root.server.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { fakeDraw, pictureNames } from '../../fixtures/media/fake-draw.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function older(files: Record<string, string>) {
  const folder = temporaryFolder();
  const place = { root: join(folder, 'media'), notePath: join(folder, 'media-library.json') };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'old/projects', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return { folder, place, root: place.root, old: join(folder, 'old') };
}

it('copies every video into a new library, with its time, and leaves the older folder as it is', async () => {
  const { folder, place, root, old } = older({
    'p1/videos/a.mp4': 'aa',
    'p1/videos/b.mp4': '',
    'p2/videos/a.mp4': 'c',
  });
  utimesSync(join(old, 'projects/p1/videos/a.mp4'), 1000, 1000);
  expect(await adoptRoot(place, old)).toEqual({ files: 3, bytes: 3, skipped: [] });
  expect(rootState(place)).toEqual({ kind: 'online' });
  expect(readFileSync(join(root, 'projects/p1/videos/a.mp4'), 'utf8')).toBe('aa');
  expect(statSync(join(root, 'projects/p1/videos/a.mp4')).mtimeMs).toBe(1_000_000);
  expect(readdirSync(join(root, 'projects/p1/videos'))).toEqual(['a.mp4', 'b.mp4']);
  expect(readdirSync(join(root, 'projects'))).toEqual(['p1', 'p2']);
  expect(readdirSync(join(old, 'projects/p1/videos'))).toEqual(['a.mp4', 'b.mp4']);
  expect(readdirSync(folder).sort()).toEqual(['media', 'old']);
  await openRoot(place);
});

it('goes on from what an earlier run has copied, and from half a copy', async () => {
  const { folder, place, root, old } = older({ 'p1/videos/a.mp4': 'aa', 'p1/videos/b.mp4': 'bb' });
  const staged = join(folder, 'media.adopting/projects/p1/videos');
  mkdirSync(staged, { recursive: true });
  writeFileSync(join(staged, 'a.mp4'), 'AA');
  const { atime, mtime } = statSync(join(old, 'projects/p1/videos/a.mp4'));
  utimesSync(join(staged, 'a.mp4'), atime, mtime);
  writeFileSync(join(staged, 'b.mp4.part'), 'b', { mode: 0o444 });
  expect(await adoptRoot(place, old)).toMatchObject({ files: 2 });
  // Not copied again.
  expect(readFileSync(join(root, 'projects/p1/videos/a.mp4'), 'utf8')).toBe('AA');
  expect(readFileSync(join(root, 'projects/p1/videos/b.mp4'), 'utf8')).toBe('bb');
  expect(readdirSync(join(root, 'projects/p1/videos'))).toEqual(['a.mp4', 'b.mp4']);
});

it('takes pictures along with their film, which are no items there', async () => {
  const { place, root, old } = older({
    'p1/videos/a.mp4': 'film',
    ...Object.fromEntries(pictureNames('a.mp4').map((name) => [`p1/videos/${name}`, 'old'])),
  });
  expect(await adoptRoot(place, old)).toMatchObject({ files: 5, skipped: [] });
  const library = { ...mediaProject(), ...place };
  const own = { ...library, store: createMemoryStore({ format: mediaRecords.format }) };
  expect(await adoptFiles({ library: own })).toMatchObject([{ name: 'a.mp4', pictures: { isDue: true } }]);
  vi.stubEnv('REELKEEP_PICTURES', '1');
  await finishMediaPictures(fakeDraw(), { library: own });
  expect(readFileSync(join(root, 'projects/p1/videos/a.mp4.poster.webp'), 'utf8')).toBe('drawn');
});

it('leaves out what is no file of a project, and says so', async () => {
  const { place, root, old } = older({
    'p1/videos/a.mp4': 'a',
    'p1/videos/more/x.mp4': 'x',
    'my film/videos/a.mp4': 'a',
  });
  symlinkSync('/etc/passwd', join(old, 'projects/p1/videos/link.mp4'));
  symlinkSync(join(old, 'projects/p1'), join(old, 'projects/p2'));
  const { skipped = [], files } = (await adoptRoot(place, old)) ?? {};
  expect(files).toBe(1);
  expect(skipped.map(({ path }) => path.slice(old.length)).sort()).toEqual([
    ...['/projects/my film/videos/a.mp4', '/projects/p1/videos/link.mp4', '/projects/p1/videos/more'],
  ]);
  expect(readdirSync(join(root, 'projects'))).toEqual(['p1']);
});

it('makes names safe, and keeps two that become the same apart', async () => {
  const { place, root, old } = older({ 'p1/videos/a:b.mp4': '1', 'p1/videos/a?b.mp4': '2' });
  await adoptRoot(place, old);
  expect(readdirSync(join(root, 'projects/p1/videos'))).toEqual(['a-b-2.mp4', 'a-b.mp4']);
});

it.each([
  ['there is nothing to adopt', {}, async () => {}],
  ['the library exists', { 'p1/videos/a.mp4': 'a' }, openRoot],
  [
    'the folder is in use',
    { 'p1/videos/a.mp4': 'a' },
    async ({ root }: { root: string }) => {
      mkdirSync(root);
      writeFileSync(join(root, 'x'), '');
    },
  ],
])('does nothing where %s', async (_when, files, prepare) => {
  const { folder, place, old } = older(files);
  await prepare(place);
  const before = readdirSync(folder, { recursive: true });
  expect(await adoptRoot(place, old)).toBeUndefined();
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

it('two at once adopt once', async () => {
  const { place, old } = older({ 'p1/videos/a.mp4': 'a' });
  const outcomes = await Promise.all([adoptRoot(place, old), adoptRoot(place, old)]);
  expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1);
  expect(rootState(place)).toEqual({ kind: 'online' });
});
