import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  auditVideos,
  cancelVideo,
  generateAndStoreVideo,
  getVideoMetadata,
  markVideoFailed,
  type VideoMetadata,
} from '#lib/wanx/index.ts';
import { videoStore } from '#lib/wanx/video-metadata.ts';
import { AGE_OF_SAIL, HARBOUR, STEAM, wanProject } from '../../fixtures/records/wan-project.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

const HOUR_MS = 3_600_000;

/** A finished video, two days later: the provider no longer has it. */
async function projectWithOldVideo() {
  const clock = new VirtualClock();
  const project = await wanProject({ clock, taskDurationMs: 1000 });
  await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock });
  await clock.advance(48 * HOUR_MS);
  const folder = join(project.root, 'static/videos');
  return {
    ...project,
    clock,
    folder,
    away: join(project.root, 'static/away'),
    path: project.videoPath('harbour', 'sail'),
  };
}

/** The record under its key; taking and leaving the lease is no change. */
function recorded(eraId = 'sail'): Partial<VideoMetadata> | undefined {
  const { fence: _fence, ...rest } = getVideoMetadata('harbour', eraId) ?? {};
  return rest;
}

function change(fields: Partial<VideoMetadata>) {
  return videoStore().update('harbour/sail', (current) => current && { ...current, ...fields });
}

describe('an audit while the video folder is away', () => {
  it.each([
    ['renamed or not mounted', () => {}],
    ['behind a link to a disk that is gone', (folder: string) => symlinkSync('/nowhere/videos', folder)],
  ])('marks nothing and makes no folder: %s', async (_name, leave) => {
    const { clock, folder, away, stored, accepted } = await projectWithOldVideo();
    await generateAndStoreVideo(HARBOUR, STEAM, { clock });
    const before = stored();
    renameSync(folder, away);
    leave(folder);
    for (const repair of [false, true]) {
      const report = await auditVideos({ clock, repair });
      const detail = expect.stringMatching(/static\/videos is missing: mount its disk, or correct WANX_VIDEO_DIR/);
      const missing = { kind: 'folder-missing', detail, ...(repair && { repair: 'left' }) };
      expect(report.findings).toMatchObject([
        { ...missing, key: 'harbour/sail' },
        { ...missing, key: 'harbour/steam' },
      ]);
      expect(report.ok).toBe(false);
    }
    expect(stored()).toEqual(before);
    expect(existsSync(folder)).toBe(false);
    rmSync(folder, { force: true });
    renameSync(away, folder);
    expect(await auditVideos({ clock, repair: true })).toMatchObject({ findings: [], ok: true });
    expect(accepted()).toBe(2);
  });

  it('trusts no empty folder of an earlier setting either', async () => {
    const { root, clock, path, stored } = await projectWithOldVideo();
    const before = stored();
    rmSync(path);
    vi.stubEnv('WANX_VIDEO_DIR', 'disk/videos');
    const report = await auditVideos({ clock, repair: true });
    expect(report).toMatchObject({ findings: [{ kind: 'folder-missing', path, repair: 'left' }], ok: false });
    expect(report.findings[0]?.detail).toContain(join(root, 'disk/videos'));
    expect(stored()).toEqual(before);
  });

  it('does not take the folder of a later setting for that of the file', async () => {
    const { root, clock, folder, away } = await projectWithOldVideo();
    renameSync(folder, away);
    mkdirSync(join(root, 'disk'));
    vi.stubEnv('WANX_VIDEO_DIR', 'disk');
    const report = await auditVideos({ clock, repair: true });
    expect(report).toMatchObject({ findings: [{ kind: 'folder-missing', repair: 'left' }], ok: false });
    expect(report.findings[0]?.detail).toContain(folder);
    expect(recorded()).toMatchObject({ status: 'ready' });
  });

  it('asks nothing of files that are in place elsewhere', async () => {
    const { clock } = await projectWithOldVideo();
    vi.stubEnv('WANX_VIDEO_DIR', 'disk/videos');
    expect(await auditVideos({ clock, repair: true })).toMatchObject({ findings: [], ok: true });
  });
});

describe('a film that is gone from here and from the provider', () => {
  it('stays on record as ready, is reported with what to do, and is right again once its file is back', async () => {
    const { clock, path, away, accepted } = await projectWithOldVideo();
    const before = recorded();
    renameSync(path, away);
    const detail = expect.stringMatching(/Put the file back from a backup, or generate the video again/);
    expect(await auditVideos({ clock, repair: true })).toMatchObject({
      findings: [{ kind: 'file-missing', key: 'harbour/sail', path, detail, repair: 'left' }],
      ok: false,
    });
    expect(recorded()).toEqual(before);
    renameSync(away, path);
    expect(await auditVideos({ clock, repair: true })).toMatchObject({ findings: [], ok: true });
    expect(accepted()).toBe(1);
  });

  it('is not looked for where a person marked it as failed', async () => {
    const { clock } = await projectWithOldVideo();
    await markVideoFailed('harbour', 'sail', 'it looks broken');
    const before = recorded();
    expect(await auditVideos({ clock, repair: true })).toMatchObject({ findings: [], ok: true });
    expect(recorded()).toEqual(before);
  });
});

describe('the finished file that a new video is to replace', () => {
  /** Its replacement is submitted, and nobody waits for it any more. */
  async function projectWhileReplacing() {
    const clock = new VirtualClock();
    const project = await wanProject({ clock, taskDurationMs: 1000 });
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock });
    project.sandbox.script({ fault: 'never-finishes' });
    const stop = new AbortController();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, {
      ...{ clock, force: true, signal: stop.signal },
      onProgress: ({ stage }) => stage === 'generating' && stop.abort(),
    });
    expect(recorded()).toMatchObject({ status: 'generating', previous: { status: 'ready' } });
    return { ...project, clock, path: project.videoPath('harbour', 'sail') };
  }

  it('is as it should be while it is', async () => {
    const { clock } = await projectWhileReplacing();
    expect(await auditVideos({ clock, repair: true })).toMatchObject({ findings: [], ok: true });
  });

  it.each([
    ['file-missing', (path: string) => rmSync(path)],
    ['size-differs', (path: string) => writeFileSync(path, 'rubbish')],
    ['hash-differs', (path: string) => writeFileSync(path, Buffer.alloc(readFileSync(path).length))],
  ])('is found with %s, and a repair leaves it to the new one', async (kind, spoil) => {
    const { clock, path, accepted } = await projectWhileReplacing();
    const before = recorded();
    spoil(path);
    const finding = {
      kind,
      key: 'harbour/sail',
      path,
      detail: expect.stringContaining('a new video is to replace it'),
    };
    expect(await auditVideos({ clock })).toMatchObject({ findings: [finding], ok: false });
    expect(await auditVideos({ clock, repair: true })).toMatchObject({
      findings: [{ ...finding, repair: 'left' }],
      ok: false,
    });
    expect(recorded()).toEqual(before);
    expect(accepted()).toBe(2);
  });

  it('is told apart from one whose whole folder is away', async () => {
    const { clock, path } = await projectWhileReplacing();
    rmSync(join(path, '..'), { recursive: true });
    const detail = expect.stringContaining('mount its disk');
    const report = await auditVideos({ clock, repair: true });
    expect(report).toMatchObject({ findings: [{ kind: 'folder-missing', path, detail, repair: 'left' }], ok: false });
  });

  it('is found when it no longer is a video though it is what the record says', async () => {
    const { clock, path } = await projectWhileReplacing();
    const { previous } = recorded() ?? {};
    writeFileSync(path, 'x');
    await change({ previous: { status: 'ready', ...previous, sizeBytes: 1, sha256: undefined } });
    expect(await auditVideos({ clock })).toMatchObject({ findings: [{ kind: 'not-a-video' }], ok: false });
  });

  it('is found also after the new one was cancelled too late to be stopped', async () => {
    const { clock, path } = await projectWhileReplacing();
    await cancelVideo('harbour', 'sail', { clock });
    expect(recorded()).toMatchObject({
      status: 'failed',
      canceledAt: expect.any(String),
      previous: { status: 'ready' },
    });
    expect(await auditVideos({ clock })).toMatchObject({ findings: [] });
    writeFileSync(path, 'rubbish');
    expect(await auditVideos({ clock, repair: true })).toMatchObject({
      findings: [{ kind: 'size-differs', detail: expect.stringContaining('cancelled'), repair: 'left' }],
      ok: false,
    });
  });

  it('may already be the new one, which is about to be recorded', async () => {
    const { clock, path, root } = await projectWhileReplacing();
    await generateAndStoreVideo(HARBOUR, STEAM, { clock });
    const { sizeBytes = 0, sha256 = '', taskId = '' } = getVideoMetadata('harbour', 'steam') ?? {};
    copyFileSync(join(root, 'static/videos/harbour-steam.mp4'), path);
    expect(await auditVideos({ clock })).toMatchObject({ findings: [{ key: 'harbour/sail' }] });
    await change({ captured: { taskId, sizeBytes, sha256 } });
    expect(await auditVideos({ clock, repair: true })).toMatchObject({ findings: [], ok: true });
  });
});
