import { readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { spots } from '#lib/data/spots.ts';
import { generateAndStoreVideo } from '#lib/wanx/index.ts';
import { playVideo } from '#lib/web/playback/playback.server.ts';
import { versionsViewSchema } from '#lib/web/server/api-schema.ts';
import { SettledVideos } from '#lib/web/videos/library/settled-videos.server.ts';
import { VideoLibrary } from '#lib/web/videos/library.server.ts';
import { toVideoView } from '#lib/web/videos/to-view.server.ts';
import { deleteFilm, restore, undoDeletion, versionsView } from '#lib/web/videos/versions.server.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../../fixtures/records/wan-project.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const settledVideos = (keys: Iterable<string>) => new SettledVideos(keys);
const IDS = [HARBOUR.id, AGE_OF_SAIL.id] as const;

async function films(count: number) {
  const project = await wanProject();
  for (let nth = 1; nth <= count; nth += 1)
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true, prompt: `film ${nth}` });
  return project;
}

async function play(address: string) {
  const url = new URL(address, 'http://localhost');
  return playVideo(url.pathname.slice('/videos/'.length), new Request(url), url);
}

describe('the films of a place in a time', () => {
  it('are listed with addresses at which each is played, and nothing of this machine', async () => {
    const project = await films(2);
    const view = versionsViewSchema.parse(await versionsView(...IDS));
    expect(view.versions).toMatchObject([
      { version: 2, isCurrent: true, prompt: 'film 2', costUsd: 0.5, width: 1280 },
      { version: 1, isCurrent: false, prompt: 'film 1' },
    ]);
    for (const { src = '', sha256, sizeBytes } of view.versions) {
      const answer = await play(src);
      expect(answer.headers.get('etag')).toBe(`"${sha256}"`);
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect((await answer.arrayBuffer()).byteLength).toBe(sizeBytes);
    }
    expect(JSON.stringify(view)).not.toContain(project.root);
  });

  it('are played under the number that they keep, wherever they stand', async () => {
    await films(2);
    const [, first] = (await versionsView(...IDS)).versions;
    await restore(...IDS, 1);
    const answer = await play(first?.src ?? '');
    expect(answer.headers.get('etag')).toBe(`"${first?.sha256}"`);
    await answer.body?.cancel();
    expect((await versionsView(...IDS)).versions[1]).toMatchObject({ version: 1, isCurrent: true });
  });

  it.each(['v3.mp4', 'v0.mp4', 'v01.mp4', 'v1.mp4.part', 'v1.mp4.deleted'])('are not played as %s', async (ending) => {
    await films(2);
    await deleteFilm(...IDS, 1);
    expect(await rejection(play(`/videos/${IDS.join('-')}.${ending}`))).toMatchObject({ problem: 'not-found' });
    expect(await rejection(play(`/videos/${IDS.join('-')}.v1.mp4`))).toMatchObject({ problem: 'not-found' });
  });

  it('say why one cannot be played', async () => {
    const project = await films(2);
    rmSync(project.videoPath(IDS[0], `${IDS[1]}.v1`));
    expect((await versionsView(...IDS)).versions[1]).toMatchObject({ version: 1, problem: { code: 'not-found' } });
    const error = await rejection(restore(...IDS, 1));
    expect(error).toMatchObject({ problem: 'not-found', message: expect.not.stringContaining(project.root) });
  });
});

describe('a deleted film', () => {
  it('is told of with the time until which that can be undone, and goes from the view by that time alone', async () => {
    await films(2);
    await deleteFilm(...IDS);
    const [deleted] = (await versionsView(...IDS)).deleted;
    expect(deleted).toMatchObject({ version: 2, prompt: 'film 2' });
    let nowMs = Date.now();
    const library = new VideoLibrary({ now: () => nowMs, settledVideos, spots, toView: toVideoView });
    const view = () => {
      library.refresh();
      return library.all().find(({ key }) => key === IDS.join('/'));
    };
    expect(view()).toMatchObject({ state: 'none', formerVersions: 1, undoUntil: deleted?.undoUntil });
    nowMs = Date.parse(deleted?.undoUntil ?? '');
    expect(view()).not.toHaveProperty('undoUntil');
    await undoDeletion(...IDS);
    expect(view()).toMatchObject({ state: 'ready', prompt: 'film 2', src: expect.stringContaining('-sail.mp4') });
    expect(await rejection(undoDeletion(...IDS))).toMatchObject({ problem: 'not-found' });
  });

  it('is only what there is', async () => {
    const project = await films(1);
    const before = readFileSync(`${project.root}/src/lib/data/generated-videos.json`, 'utf8');
    expect(await rejection(deleteFilm(...IDS, 4))).toMatchObject({ problem: 'not-found' });
    expect(readFileSync(`${project.root}/src/lib/data/generated-videos.json`, 'utf8')).toBe(before);
  });
});
