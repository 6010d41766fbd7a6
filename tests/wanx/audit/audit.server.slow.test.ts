import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { auditVideos, generateAndStoreVideo, rescueTask, type VideoMetadata, WanxClient } from '#lib/wanx/index.ts';
import { setVideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';
import { AGE_OF_SAIL, HARBOUR, STEAM, type WanProject, wanProject } from '../../fixtures/records/wan-project.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

async function projectWithVideo(): Promise<WanProject & { path: string }> {
  const project = await wanProject();
  await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
  return { ...project, path: project.videoPath('harbour', 'sail') };
}

/** What a repair that comes to nothing may change is who holds the lease. */
function withoutFence(records: VideoMetadata[]): Partial<VideoMetadata>[] {
  return records.map(({ fence: _fence, ...rest }) => rest);
}

/** Another byte in the middle: same size, same boxes, other picture. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}

describe('auditVideos', () => {
  it('finds nothing wrong in a project where nothing is', async () => {
    await projectWithVideo();
    expect(await auditVideos()).toEqual({ findings: [], orphans: [], checked: { records: 1, files: 1 }, ok: true });
  });

  it.each([
    ['file-missing', (path: string) => rmSync(path)],
    ['size-differs', (path: string) => appendFileSync(path, 'x')],
    ['hash-differs', damage],
  ])('finds %s, and repairs it from the task without paying', async (kind, spoil) => {
    const { path, accepted } = await projectWithVideo();
    const whole = readFileSync(path);
    spoil(path);
    expect(await auditVideos()).toMatchObject({ findings: [{ kind, key: 'harbour/sail', path }], ok: false });
    expect(await auditVideos({ repair: true })).toMatchObject({ findings: [{ kind, repair: 'fetched' }], ok: true });
    expect(readFileSync(path).equals(whole)).toBe(true);
    expect(await auditVideos()).toMatchObject({ findings: [] });
    expect(accepted()).toBe(1);
  });

  it('finds a file that no longer is a video though it is what the record says', async () => {
    const { path } = await projectWithVideo();
    const text = 'not a video at all';
    writeFileSync(path, text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    await setVideoMetadata({ spotId: 'harbour', eraId: 'sail', sizeBytes: text.length, sha256 });
    expect(await auditVideos()).toMatchObject({ findings: [{ kind: 'not-a-video', path }], ok: false });
  });

  describe('of a video that the provider no longer has', () => {
    const laterBy = (hours: number) => new VirtualClock({ nowMs: Date.now() + hours * 3_600_000 });

    it.each([23, 25])('leaves the record as it is, %i hours after it was made', async (hours) => {
      const { path, sandbox, stored } = await projectWithVideo();
      const before = withoutFence(stored());
      rmSync(path);
      sandbox.reset();
      const report = await auditVideos({ repair: true, clock: laterBy(hours) });
      expect(report).toMatchObject({ findings: [{ kind: 'file-missing', repair: 'left' }], ok: false });
      expect(withoutFence(stored())).toEqual(before);
    });

    it('leaves it also where no task is on record, and says what can be done', async () => {
      const { path, stored } = await projectWithVideo();
      await videoStore().update('harbour/sail', (current) => current && { ...current, taskId: undefined });
      const before = withoutFence(stored());
      rmSync(path);
      const detail = expect.stringMatching(/No task is on record.*backup/);
      expect(await auditVideos({ repair: true })).toMatchObject({ findings: [{ detail, repair: 'left' }], ok: false });
      expect(withoutFence(stored())).toEqual(before);
    });
  });

  it.each([
    ['refuses the key', 'refuse-401'],
    ['has a bad moment', 'refuse-500'],
  ] as const)('leaves a playable video ready while the provider %s', async (_name, fault) => {
    const { path, sandbox, stored } = await projectWithVideo();
    damage(path);
    const before = withoutFence(stored());
    sandbox.script({ fault, on: 'query', times: 'always' });
    const report = await auditVideos({ repair: true, timeoutMs: 50 });
    expect(report).toMatchObject({ findings: [{ kind: 'hash-differs', repair: 'left' }], ok: false });
    expect(withoutFence(stored())).toEqual(before);
  });

  it('does not take a file that it cannot look at for a missing one', async () => {
    const { path, accepted, stored } = await projectWithVideo();
    const before = stored();
    rmSync(path);
    // Whoever follows it goes round in circles: an error for root, too, unlike missing permissions.
    symlinkSync(path, path);
    const report = await auditVideos({ repair: true });
    expect(report).toMatchObject({
      findings: [{ kind: 'unreadable', key: 'harbour/sail', repair: 'left' }],
      ok: false,
    });
    expect(stored()).toEqual(before);
    expect(accepted()).toBe(1);
  });

  it('finds a film in whose place a link to it stands, and puts the film back', async () => {
    const { path, root, accepted, stored } = await projectWithVideo();
    const before = stored();
    renameSync(path, join(root, 'film.mp4'));
    symlinkSync(join(root, 'film.mp4'), path);
    const report = await auditVideos({ repair: true });
    const detail = expect.stringContaining('symbolic link');
    expect(report).toMatchObject({
      findings: [{ kind: 'link', key: 'harbour/sail', detail, repair: 'copied' }],
      ok: true,
    });
    expect(stored()).toEqual(before);
    expect(accepted()).toBe(1);
  });

  it('says nothing of a video that was replaced since the audit began', async () => {
    const { path, root, stored, videoPath } = await projectWithVideo();
    await generateAndStoreVideo(HARBOUR, STEAM);
    rmSync(path);
    // In the moment of the first finding another process puts another film in the place of the second.
    const replace = () => {
      const bytes = Buffer.concat([readFileSync(videoPath('harbour', 'steam')), Buffer.from('\0\0\0\bfree')]);
      writeFileSync(videoPath('harbour', 'steam'), bytes);
      const facts = { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
      const records = stored().map((record) => (record.eraId === 'steam' ? { ...record, ...facts } : record));
      writeFileSync(join(root, 'src/lib/data/generated-videos.json'), JSON.stringify(records));
    };
    const { findings } = await auditVideos({ onFinding: replace });
    expect(findings.map(({ key }) => key)).toEqual(['harbour/sail']);
  });

  it('finds videos that no record knows, and never deletes one', async () => {
    const { root } = await projectWithVideo();
    const stranger = join(root, 'static/videos/stranger.mp4');
    writeFileSync(stranger, 'somebody else put it here');
    expect(await auditVideos({ repair: true })).toMatchObject({
      findings: [{ kind: 'unknown-file', repair: 'left' }],
      ok: false,
    });
    expect(existsSync(stranger)).toBe(true);
  });

  it('removes part files that no unfinished record owns, and only those', async () => {
    const { root, path } = await projectWithVideo();
    await setVideoMetadata({ spotId: 'other', eraId: 'sail', status: 'generating', taskId: 't' });
    const owned = join(root, 'static/videos/other-sail.mp4.part');
    const stale = [`${path}.f2.part`, `${path}.part`, `${path}.part.json`, `${path}.part.json.123456`];
    for (const file of [owned, ...stale]) writeFileSync(file, 'half');
    const report = await auditVideos({ repair: true });
    expect(report.findings.map((one) => [one.kind, one.repair])).toEqual(stale.map(() => ['stale-part', 'removed']));
    expect([owned, ...stale].map((file) => existsSync(file))).toEqual([true, ...stale.map(() => false)]);
    expect(existsSync(`${path}.part.lock`)).toBe(false);
  });

  it('leaves a part file that is being written', async () => {
    const { path } = await projectWithVideo();
    writeFileSync(`${path}.part`, 'half');
    const lock = tryFileLock(`${path}.part.lock`);
    const report = await auditVideos({ repair: true });
    lock?.release();
    expect(report.findings).toContainEqual(expect.objectContaining({ path: `${path}.part`, repair: 'left' }));
    expect(existsSync(`${path}.part`)).toBe(true);
  });
});

describe('auditVideos in the folder of orphans', () => {
  async function projectWithOrphan() {
    const project = await wanProject();
    const { taskId } = await new WanxClient().generateVideoFromText('made by another program');
    const { localPath } = await rescueTask(taskId);
    return { ...project, taskId, path: join(project.root, localPath) };
  }

  it('shows a whole one, with which nothing is wrong', async () => {
    const { taskId, path } = await projectWithOrphan();
    const sizeBytes = readFileSync(path).length;
    expect(await auditVideos()).toMatchObject({ findings: [], orphans: [{ taskId, path, sizeBytes }], ok: true });
  });

  it('finds one that was cut short, and fetches it again', async () => {
    const { path, sandbox } = await projectWithOrphan();
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, 100));
    expect(await auditVideos()).toMatchObject({ findings: [{ kind: 'not-a-video', path }], orphans: [], ok: false });
    expect(await auditVideos({ repair: true })).toMatchObject({ findings: [{ repair: 'fetched' }], ok: true });
    expect(readFileSync(path).equals(whole)).toBe(true);
    writeFileSync(path, 'x');
    sandbox.reset();
    expect(await auditVideos({ repair: true })).toMatchObject({ findings: [{ repair: 'left' }], ok: false });
    expect(existsSync(path)).toBe(true);
  });

  it('finds the part files of rescues that did not come to their end', async () => {
    const { path } = await projectWithOrphan();
    writeFileSync(`${path}.part`, 'half');
    expect(await auditVideos({ repair: true })).toMatchObject({
      findings: [{ kind: 'stale-part', path: `${path}.part`, repair: 'removed' }],
    });
    expect(existsSync(`${path}.part`)).toBe(false);
  });
});
