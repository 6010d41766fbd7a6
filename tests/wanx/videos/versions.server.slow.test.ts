import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readSettings } from '#lib/config.ts';
import {
  deleteVersion,
  generateAndStoreVideo,
  listDeletedVersions,
  listVersions,
  reportSpending,
  restoreVersion,
  resumeVideos,
  setVideoMetadata,
  undoDelete,
  type VideoMetadata,
} from '#lib/wanx/index.ts';
import { tidyVideos } from '#lib/wanx/videos/films.server.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { sha256Of } from '../../fixtures/records/video-world.ts';
import { AGE_OF_SAIL, HARBOUR, type WanProject, wanProject } from '../../fixtures/records/wan-project.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const [SPOT, ERA] = [HARBOUR.id, AGE_OF_SAIL.id];

async function make(prompt: string): Promise<VideoMetadata> {
  const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true, prompt });
  if (!result.success) throw new Error(result.error);
  return result.metadata;
}

/** Films 1 to `count`, each with a prompt of its own; the last is the current one. */
async function shelf(count: number) {
  const project = await wanProject();
  const films: VideoMetadata[] = [];
  for (let nth = 1; nth <= count; nth += 1) films.push(await make(`film ${nth}`));
  return { project, films };
}

const pathOf = (project: WanProject, suffix: string) =>
  project.videoPath(SPOT, `${ERA}${suffix}`).replace(/\.mp4$/, '');
const names = {
  current: (project: WanProject) => project.videoPath(SPOT, ERA),
  version: (project: WanProject, version: number) => `${pathOf(project, '')}.v${version}.mp4`,
  deleted: (project: WanProject, version: number) => `${pathOf(project, '')}.v${version}.mp4.deleted`,
};
const hashOf = (path: string) => (existsSync(path) ? sha256Of(readFileSync(path)) : undefined);
const list = async () =>
  (await listVersions(SPOT, ERA)).map(({ version, isCurrent }) => `${version}${isCurrent ? ' current' : ''}`);
const spent = (project: WanProject) => reportSpending(project.stored(), () => 'all').total;

describe('making a film again', () => {
  it('keeps the former one, whole, with its receipt and its words', async () => {
    const { project, films } = await shelf(3);
    const versions = await listVersions(SPOT, ERA);
    expect(versions.map(({ version, isCurrent, prompt }) => [version, isCurrent, prompt])).toEqual([
      [3, true, 'film 3'],
      [2, false, 'film 2'],
      [1, false, 'film 1'],
    ]);
    expect(versions.map(({ sha256, receipt }) => [sha256, receipt?.taskId])).toEqual(
      films.toReversed().map(({ sha256, taskId }) => [sha256, taskId]),
    );
    expect(versions.map(({ localPath }) => localPath)).toEqual(
      ['', '.v2', '.v1'].map((suffix) => `static/videos/${SPOT}-${ERA}${suffix}.mp4`),
    );
    for (const { localPath, sha256, sizeBytes, completedAt, model } of versions) {
      expect(hashOf(`${project.root}/${localPath}`)).toBe(sha256);
      expect([typeof sizeBytes, typeof completedAt, typeof model]).toEqual(['number', 'string', 'string']);
    }
    expect(new Set(versions.map(({ sha256 }) => sha256)).size).toBe(3);
  });

  it('says nothing of versions of a first film, nor of a key that nobody knows', async () => {
    const { project, films } = await shelf(1);
    expect(project.stored()[0]).not.toHaveProperty('versions');
    expect(await listVersions(SPOT, ERA)).toMatchObject([{ version: 1, isCurrent: true, sha256: films[0]?.sha256 }]);
    expect(await listVersions('nowhere', ERA)).toEqual([]);
    expect(await rejection(listVersions('No Slug', ERA))).toMatchObject({ code: 'invalid-input' });
  });

  it.each([
    ['0', []],
    ['1', [2]],
    ['2', [2, 1]],
  ])('keeps as many as WANX_KEEP_VERSIONS says: %s', async (keep, kept) => {
    const project = await wanProject();
    vi.stubEnv('WANX_KEEP_VERSIONS', keep);
    for (const prompt of ['one', 'two', 'three']) await make(prompt);
    expect(await list()).toEqual(['3 current', ...kept.map(String)]);
    for (const version of [1, 2, 3]) expect(existsSync(names.version(project, version))).toBe(kept.includes(version));
    expect(hashOf(names.current(project))).toBe(project.stored()[0]?.sha256);
  });

  it('keeps a film whose record was lost', async () => {
    const { project, films } = await shelf(1);
    writeFileSync(`${project.root}/src/lib/data/generated-videos.json`, '[]');
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { adopt: true });
    expect(result.success).toBe(true);
    expect(await list()).toEqual(['2 current', '1']);
    expect(hashOf(names.version(project, 1))).toBe(films[0]?.sha256);
  });

  it('never takes a name at which there is a film that these records do not know', async () => {
    const { project, films } = await shelf(1);
    writeFileSync(names.version(project, 1), 'somebody else');
    await make('film 2');
    expect(await list()).toEqual(['3 current', '2']);
    expect(readFileSync(names.version(project, 1), 'utf8')).toBe('somebody else');
    expect(hashOf(names.version(project, 2))).toBe(films[0]?.sha256);
  });

  it('does not keep a damaged file as a film', async () => {
    const { project } = await shelf(1);
    truncateSync(names.current(project), 1000);
    await make('film 2');
    expect(existsSync(names.version(project, 1))).toBe(false);
    expect(await list()).toHaveLength(1);
  });

  it('leaves the film in place when the new one fails', async () => {
    const { project, films } = await shelf(2);
    project.sandbox.script({ fault: 'moderation' });
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true })).toMatchObject({ success: false });
    expect(await list()).toEqual(['2 current', '1']);
    expect(hashOf(names.current(project))).toBe(films[1]?.sha256);
  });
});

describe('restoring a version', () => {
  it('swaps the two, without buying, and each keeps its number', async () => {
    const { project, films } = await shelf(3);
    const before = spent(project);
    const record = await restoreVersion(SPOT, ERA, 1);
    const [first, , third] = films;
    expect(record).toMatchObject({
      ...{ status: 'ready', prompt: 'film 1', sha256: first?.sha256, taskId: first?.taskId, receipt: first?.receipt },
      localPath: `static/videos/${SPOT}-${ERA}.mp4`,
    });
    expect(await list()).toEqual(['3', '2', '1 current']);
    expect(hashOf(names.current(project))).toBe(first?.sha256);
    expect(hashOf(names.version(project, 3))).toBe(third?.sha256);
    expect(existsSync(names.version(project, 1))).toBe(false);
    expect(statSync(names.current(project)).nlink).toBe(1);
    expect(spent(project)).toEqual(before);
    expect(project.accepted()).toBe(3);
    // And back again; then the next film gets a number that none ever had.
    await restoreVersion(SPOT, ERA, 3);
    expect(hashOf(names.current(project))).toBe(third?.sha256);
    expect(spent(project)).toEqual(before);
    await restoreVersion(SPOT, ERA, 2);
    await make('film 4');
    expect(await list()).toEqual(['4 current', '3', '2', '1']);
    expect(hashOf(names.version(project, 2))).toBe(films[1]?.sha256);
  });

  it('changes nothing for the one that is current', async () => {
    const { project } = await shelf(2);
    const before = project.stored();
    await restoreVersion(SPOT, ERA, 2);
    expect(project.stored()).toEqual(before);
  });

  it.each([
    [7, /no version 7. Versions kept: 2, 1/],
    [0, /version/],
    [1.5, /version/],
  ])('is refused for the number %d', async (version, message) => {
    await shelf(2);
    const error = await rejection(restoreVersion(SPOT, ERA, version));
    expect(error).toMatchObject({
      code: version === 7 ? 'not-found' : 'invalid-input',
      message: expect.stringMatching(message),
    });
  });

  it('is refused where its file is gone, and leaves all as it is', async () => {
    const { project } = await shelf(2);
    rmSync(names.version(project, 1));
    const before = project.stored();
    expect(await rejection(restoreVersion(SPOT, ERA, 1))).toMatchObject({ code: 'not-found' });
    expect(project.stored()).toEqual(before);
  });

  it('is refused while a new one is made', async () => {
    const { project } = await shelf(3);
    project.sandbox.script({ fault: 'never-finishes' });
    const stop = new AbortController();
    const running = generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true, signal: stop.signal });
    await expect.poll(() => project.stored()[0]?.taskId).toBe(project.sandbox.tasks().at(-1)?.taskId);
    await expect.poll(() => project.accepted()).toBe(4);
    expect(await rejection(restoreVersion(SPOT, ERA, 1))).toMatchObject({ code: 'busy' });
    expect(await rejection(deleteVersion(SPOT, ERA, 3))).toMatchObject({ code: 'busy' });
    // A former one has nothing to do with what is made.
    await deleteVersion(SPOT, ERA, 1);
    stop.abort();
    await running;
    expect(await rejection(restoreVersion(SPOT, ERA, 2))).toMatchObject({ code: 'busy' });
    project.sandbox.letFinish('');
    await resumeVideos({ ignoreBackoff: true });
    expect(await list()).toEqual(['4 current', '3', '2']);
  });

  it('puts a film in the place of one whose file is gone', async () => {
    const { project, films } = await shelf(2);
    rmSync(names.current(project));
    await restoreVersion(SPOT, ERA, 1);
    expect(hashOf(names.current(project))).toBe(films[0]?.sha256);
    expect(await list()).toEqual(['1 current']);
  });
});

describe('deleting a film', () => {
  it('can be undone for a day: the current one', async () => {
    const { project, films } = await shelf(2);
    const before = { spent: spent(project), record: project.stored()[0] };
    await deleteVersion(SPOT, ERA, 2);
    expect(project.stored()[0]).toMatchObject({ status: 'pending' });
    expect(await list()).toEqual(['1']);
    expect(existsSync(names.current(project))).toBe(false);
    expect(hashOf(names.deleted(project, 2))).toBe(films[1]?.sha256);
    expect(spent(project)).toEqual(before.spent);
    expect(await listDeletedVersions(SPOT, ERA)).toMatchObject([
      { version: 2, prompt: 'film 2', undoUntil: expect.any(String) },
    ]);
    await undoDelete(SPOT, ERA);
    const { history: _now, versions: _numbers, fence: _fence, ...record } = project.stored()[0] ?? {};
    const { history: _then, versions: _others, fence: _before, ...recordBefore } = before.record ?? {};
    expect(record).toEqual(recordBefore);
    expect(await list()).toEqual(['2 current', '1']);
    expect(hashOf(names.current(project))).toBe(films[1]?.sha256);
    expect(spent(project)).toEqual(before.spent);
    expect(await rejection(undoDelete(SPOT, ERA))).toMatchObject({ code: 'not-found' });
  });

  it('can be undone for a day: a former one', async () => {
    const { project, films } = await shelf(3);
    await deleteVersion(SPOT, ERA, 1);
    await deleteVersion(SPOT, ERA, 2);
    expect(await list()).toEqual(['3 current']);
    expect(await rejection(deleteVersion(SPOT, ERA, 2))).toMatchObject({ code: 'not-found' });
    await undoDelete(SPOT, ERA, 1);
    expect(await list()).toEqual(['3 current', '1']);
    expect(hashOf(names.version(project, 1))).toBe(films[0]?.sha256);
    expect(hashOf(names.current(project))).toBe(films[2]?.sha256);
  });

  it('is undone to a former film where another has taken its place', async () => {
    const { project, films } = await shelf(1);
    await deleteVersion(SPOT, ERA, 1);
    await make('film 2');
    await undoDelete(SPOT, ERA);
    expect(await list()).toEqual(['2 current', '1']);
    expect(hashOf(names.version(project, 1))).toBe(films[0]?.sha256);
  });

  it('is final after a day, for whoever comes by', async () => {
    const { project } = await shelf(2);
    await deleteVersion(SPOT, ERA, 2);
    const clock = new FakeClock(Date.now() + 24 * 3_600_000 - 60_000);
    await tidyVideos(readSettings(), { clock });
    expect(existsSync(names.deleted(project, 2))).toBe(true);
    clock.advance(120_000);
    expect(await rejection(undoDelete(SPOT, ERA, 2, { clock }))).toMatchObject({ code: 'not-found' });
    expect(await listDeletedVersions(SPOT, ERA, { clock })).toEqual([]);
    await resumeVideos({ clock });
    expect(existsSync(names.deleted(project, 2))).toBe(false);
    expect(project.stored()[0]?.versions).toMatchObject({ last: 2, former: [{ version: 1 }] });
    await make('film 3');
    expect(await list()).toEqual(['3 current', '1']);
  });

  it('leaves a file alone that is not named after its key', async () => {
    const project = await wanProject();
    const letter = join(dirname(names.current(project)), 'letter.mp4');
    mkdirSync(dirname(letter), { recursive: true });
    writeFileSync(letter, 'precious');
    await setVideoMetadata({ spotId: SPOT, eraId: ERA, status: 'ready', localPath: 'static/videos/letter.mp4' });
    expect(await rejection(deleteVersion(SPOT, ERA, 1))).toMatchObject({ code: 'not-found' });
    vi.stubEnv('WANX_KEEP_VERSIONS', '0');
    await make('film 2');
    expect(readFileSync(letter, 'utf8')).toBe('precious');
    expect(await list()).toEqual(['2 current']);
  });
});

describe('tidying up', () => {
  it('removes names too many, and nothing that has but one', async () => {
    const { project, films } = await shelf(2);
    linkSync(names.current(project), names.version(project, 2));
    linkSync(names.version(project, 1), names.deleted(project, 1));
    writeFileSync(names.version(project, 3), 'unknown');
    await tidyVideos(readSettings(), { thorough: true });
    for (const path of [names.version(project, 2), names.deleted(project, 1)]) expect(existsSync(path)).toBe(false);
    expect(hashOf(names.current(project))).toBe(films[1]?.sha256);
    expect(hashOf(names.version(project, 1))).toBe(films[0]?.sha256);
    expect(readFileSync(names.version(project, 3), 'utf8')).toBe('unknown');
  });
});
