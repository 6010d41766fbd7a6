import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditVideos, generateAndStoreVideo, getVideoMetadata } from '#lib/wanx/index.ts';
import { lookAtFilm } from '#lib/wanx/videos/film-place.server.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../../fixtures/records/wan-project.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

/** A finished film whose file was moved away, with a link in its place; days later, so that the provider has it no more. */
async function linkedFilm({ isLate = true } = {}) {
  const clock = new VirtualClock();
  const project = await wanProject({ clock, taskDurationMs: 1000 });
  await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock });
  if (isLate) await clock.advance(48 * 3_600_000);
  const path = project.videoPath('harbour', 'sail');
  const away = join(project.root, 'away.mp4');
  const bytes = readFileSync(path);
  renameSync(path, away);
  symlinkSync(away, path);
  return { project, clock, path, away, bytes };
}
const isPlainFile = (path: string) => lstatSync(path).isFile();

describe('the place of a film', () => {
  it.each<[string, (path: string) => void, string, RegExp]>([
    ['nothing', () => {}, 'missing', /gone from the disk/],
    ['a link to a file', (path) => link(path, true), 'link', /replaced by a symbolic link.*npm run audit -- --repair/],
    ['a link to nothing', (path) => link(path, false), 'link', /replaced by a symbolic link/],
    ['a folder', (path) => mkdirSync(path), 'not-a-file', /folder/],
    ['a file that was cut', (path) => writeFileSync(path, 'abc'), 'other-size', /size of the file differs/],
  ])('with %s says so', (_name, put, kind, words) => {
    const path = join(temporaryFolder(), 'a.mp4');
    put(path);
    expect(lookAtFilm(path, 4)).toMatchObject({ fault: { kind, message: expect.stringMatching(words) } });
  });

  it('with the file has its size, in a folder that is a link, too', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'disk'));
    symlinkSync(join(folder, 'disk'), join(folder, 'videos'));
    writeFileSync(join(folder, 'disk/a.mp4'), 'abcd');
    expect(lookAtFilm(join(folder, 'videos/a.mp4'), 4)).toEqual({ sizeBytes: 4 });
  });
});

function link(path: string, isWhole: boolean): void {
  const target = join(dirname(path), 'target');
  if (isWhole) writeFileSync(target, 'abcd');
  symlinkSync(target, path);
}

describe('a film whose file became a link', () => {
  it('is neither taken for the film nor bought again, even by force', async () => {
    const { project, clock } = await linkedFilm();
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock })).toMatchObject({
      success: false,
      code: 'disk',
      error: expect.stringMatching(/replaced by a symbolic link.*npm run audit -- --repair/),
    });
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock, force: true })).toMatchObject({
      success: false,
      error: expect.stringContaining('is a symbolic link'),
    });
    expect(project.accepted()).toBe(1);
  });

  it('is found by the audit, and becomes a file again when it is repaired', async () => {
    const { path, away, bytes, clock } = await linkedFilm();
    const finding = {
      kind: 'link',
      path,
      detail: expect.stringContaining('the file was replaced by a symbolic link'),
    };
    expect(await auditVideos({ clock })).toMatchObject({ findings: [finding], ok: false });
    expect(await auditVideos({ clock, repair: true })).toMatchObject({
      findings: [{ ...finding, repair: 'copied' }],
      ok: true,
    });
    expect([isPlainFile(path), readFileSync(path).equals(bytes), existsSync(away)]).toEqual([true, true, true]);
    expect(readdirSync(dirname(path)).filter((name) => name.includes('harbour'))).toEqual(['harbour-sail.mp4']);
    expect(await auditVideos({ clock })).toMatchObject({ findings: [] });
  });

  it.each<[string, (away: string) => void]>([
    ['something else', (away) => writeFileSync(away, 'a secret')],
    ['nothing', (away) => rmSync(away)],
  ])('is fetched again where the link leads to %s', async (_name, spoil) => {
    const { path, away, bytes, clock } = await linkedFilm({ isLate: false });
    spoil(away);
    expect(await auditVideos({ clock, repair: true })).toMatchObject({
      findings: [{ kind: 'link', repair: 'fetched' }],
    });
    expect([isPlainFile(path), readFileSync(path).equals(bytes)]).toEqual([true, true]);
    expect(getVideoMetadata('harbour', 'sail')?.status).toBe('ready');
  });

  it('stays a link where neither helps', async () => {
    const { path, away, clock } = await linkedFilm();
    rmSync(away);
    const { findings } = await auditVideos({ clock, repair: true });
    expect(findings).toMatchObject([{ kind: 'link', detail: expect.stringContaining('fetching it again failed') }]);
    expect(readlinkSync(path)).toBe(away);
  });
});
