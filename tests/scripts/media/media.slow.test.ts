import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatBytes } from '#lib/base/amounts.ts';
import { addMediaItem, exportProject, type MediaItemInput, mediaLibrary, saveVideoToDisk } from '#lib/media/index.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { ScriptProject } from '../../fixtures/processes/script.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const film = await makeMp4({ sizeBytes: 60_000 });
const SIZE = formatBytes(film.length);

/** A project with a media library of its own, and a server: `/film.mp4` is a film, everything else is gone. */
async function open() {
  const asked: string[] = [];
  const origin = await loopback((request, response) => {
    asked.push(request.url ?? '');
    response.statusCode = request.url === '/film.mp4' ? 200 : 404;
    response.end(response.statusCode === 200 ? film : 'gone');
  });
  const project = new ScriptProject({ WANX_ALLOW_PRIVATE_NETWORK: '1' });
  project.environment.REELKEEP_MEDIA_DIR = project.path('media');
  const metadataPath = project.path('src/lib/data/generated-videos.json');
  const library = mediaLibrary({ mediaDir: project.path('media'), metadataPath, database: undefined });
  const media = (...words: string[]) => project.run('media/media', ...words);
  const add = (item: MediaItemInput) => addMediaItem('p1', item, { library });
  const addFile = async (fileName: string) => {
    const saved = await saveVideoToDisk({ projectId: 'p1', fileName, fileData: film }, { library });
    if (!saved.success) throw new Error(saved.error);
    await add({ localPath: saved.localPath, fileSize: saved.sizeBytes });
    return project.path('media', saved.localPath);
  };
  return { project, library, media, add, addFile, asked, origin };
}

// Each command is a process, and takes seconds on a busy machine.
describe('npm run media', { timeout: 300_000 }, () => {
  it('saves a link once', async () => {
    const { project, media, asked, origin } = await open();
    const one = ['save', `${origin}/film.mp4`, '--project', 'p1', '--name', 'Harbour'];
    const saved = await media(...one, '--json');
    expect(saved.code).toBe(0);
    expect(saved.json.at(-1)).toMatchObject({
      ...{ type: 'item', projectId: 'p1', name: 'Harbour', state: 'saved' },
      ...{ localPath: 'projects/p1/videos/Harbour.mp4', fileSize: film.length },
    });
    expect(readFileSync(project.path('media/projects/p1/videos/Harbour.mp4'))).toEqual(film);
    expect(await media(...one)).toMatchObject({ code: 0, stdout: expect.stringContaining('already there') });
    expect(asked).toEqual(['/film.mp4']);
  });

  it('saves a file, and refuses one that is no video or is not there', async () => {
    const { project, media } = await open();
    writeFileSync(project.path('Garden walk.mp4'), film);
    const file = await media('save', project.path('Garden walk.mp4'), '--project', 'p1');
    expect(file).toMatchObject({ code: 0, stdout: expect.stringContaining(`p1/Garden walk.mp4: saved, ${SIZE}`) });
    expect(readFileSync(project.path('media/projects/p1/videos/Garden walk.mp4'))).toEqual(film);
    writeFileSync(project.path('notes.mp4'), 'not a film');
    const notes = await media('save', project.path('notes.mp4'), '--project', 'p2');
    expect(notes).toMatchObject({ code: 1, stderr: expect.stringContaining('no complete video') });
    const none = await media('save', project.path('none.mp4'), '--project', 'p2');
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('none.mp4') });
    expect((await media('list')).stdout).toMatch(new RegExp(`^p1 +1 +1 +${SIZE}$`, 'm'));
  });

  it('lists where each item is', async () => {
    const { media, add, addFile, origin } = await open();
    await addFile('Harbour.mp4');
    await add({ id: 'r', name: 'Still there', originalUrl: `${origin}/film.mp4`, expiresAt: '2999-01-01T00:00:00Z' });
    await add({ id: 'b', name: 'In a tab', url: 'blob:http://localhost/1' });
    await add({ id: 'l', name: 'Over', originalUrl: `${origin}/film.mp4`, expiresAt: '2020-01-01T00:00:00Z' });
    const listed = await media('list', '--project', 'p1');
    expect(listed.stdout).toMatch(new RegExp(`^Harbour\\.mp4 +on disk +video +${SIZE}`, 'm'));
    expect(listed.stdout).toMatch(/^Still there +remote until 2999-01-01/m);
    expect(listed.stdout).toMatch(/^In a tab +in a browser/m);
    expect(listed.stdout).toMatch(/^Over +lost/m);
    expect(listed.stdout).toContain(`4 items, 1 on disk with ${SIZE}.`);
    const { json } = await media('list', '--project', 'p1', '--json');
    expect(json.map(({ badge }) => badge)).toEqual(['on-disk', 'remote', 'in-browser', 'lost']);
  });

  it('exports a project to a file and to standard output, and says what is not in it', async () => {
    const { project, library, media, add, addFile } = await open();
    await addFile('Harbour.mp4');
    await add({ id: 'b', name: 'In a tab', url: 'blob:http://localhost/1' });
    const whole = Buffer.from(await (await exportProject('p1', { library })).arrayBuffer());
    const [path, words] = [project.path('p1.zip'), ['export', '--project', 'p1', '-o']];
    const exported = await media(...words, project.root);
    expect(exported).toMatchObject({ code: 0, stdout: expect.stringContaining(path) });
    expect(exported.stderr).toMatch(/p1\/In a tab is not in it: Only a browser has it/);
    expect(readFileSync(path)).toEqual(whole);
    writeFileSync(path, 'something else');
    expect(await media(...words, path)).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') });
    expect(readFileSync(path, 'utf8')).toBe('something else');
    expect((await media(...words, path, '--force', '--json')).json.map(({ type }) => type)).toContain('exported');
    expect(readFileSync(path)).toEqual(whole);
    const piped = await media(...words, '-');
    expect(piped.code).toBe(0);
    // The fixture reads text, in which other bytes are replaced.
    expect(piped.stdout).toBe(String(whole));
  });

  it('deletes only when told to, and brings it back', async () => {
    const { media, addFile } = await open();
    const path = await addFile('Harbour.mp4');
    const planned = await media('delete', '--project', 'p1', '--dry-run');
    expect(planned.stdout).toContain(`p1: 1 item, 1 file with ${SIZE} would be deleted.`);
    const refused = await media('delete', '--project', 'p1');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(existsSync(path)).toBe(true);
    const deleted = await media('delete', '--project', 'p1', '--yes');
    expect(deleted.stdout).toContain('npm run media -- delete --project p1 --undo');
    expect([deleted.code, existsSync(path)]).toEqual([0, false]);
    expect((await media('delete', '--project', 'p1', '--yes')).code).toBe(1);
    expect((await media('list')).stdout).toMatch(/^p1 was deleted\. Until .* --undo$/m);
    const back = await media('delete', '--project', 'p1', '--undo');
    expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('are back') });
    expect(readFileSync(path)).toEqual(film);
  });

  it('deletes a single item by its name or id, so that saving all ends well again, and brings it back', async () => {
    const { media, add, addFile } = await open();
    const path = await addFile('Harbour.mp4');
    for (const id of ['x', 'y']) await add({ id, name: 'Over' });
    expect((await media('save-all')).code).toBe(4);
    const words = ['delete', '--project', 'p1', '--item'];
    expect(await media(...words, 'Over')).toMatchObject({ code: 2, stderr: expect.stringContaining('x, y') });
    expect(await media(...words, 'none')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none is no item'),
    });
    const planned = await media(...words, 'x', 'Harbour.mp4', '--dry-run');
    expect(planned.stdout).toContain(`p1: 2 items, 1 file with ${SIZE} would be deleted.`);
    expect(await media(...words, 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(existsSync(path)).toBe(true);
    const deleted = await media(...words, 'x', 'y', 'Harbour.mp4', '--yes');
    expect(deleted.stdout).toMatch(/npm run media -- delete --project p1 --undo --item x y \S+$/m);
    expect([deleted.code, existsSync(path), (await media('save-all')).code]).toEqual([0, false, 0]);
    expect((await media('list', '--project', 'p1')).stdout).toMatch(/^Deleted within the last day: .*Harbour\.mp4/m);
    expect(await media(...words, 'Harbour.mp4', '--undo')).toMatchObject({ code: 0 });
    expect(readFileSync(path)).toEqual(film);
  });

  it.each([
    [['lst'], /lst is none of .* Did you mean list\?/],
    [['save', '--project', 'p1'], /save needs an address or a file/],
    [['save', 'a.mp4'], /save needs --project <id>/],
    [['export'], /export needs --project <id>/],
    [['delete', '--project', '../x'], /cannot be a project's id/],
    [['list', '--projct', 'p1'], /Did you mean --project\?/],
    [['export', '--project', 'p1', '-o', '-', '--json'], /--json or -o -/],
  ])('%j is a usage error', async (words, message) => {
    const { media } = await open();
    expect(await media(...words)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });
});
