import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryFileLock } from '#lib/base/file-lock.server.ts';
import { auditVideos, generateAndStoreVideo, getVideoMetadata } from '#lib/wanx/index.ts';
import { setVideoMetadata } from '#lib/wanx/video-metadata.ts';
import { AGE_OF_SAIL, HARBOUR, type WanProject, wanProject } from '../fixtures/wan-project.ts';

async function projectWithVideo(): Promise<WanProject & { path: string }> {
  const project = await wanProject();
  await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
  return { ...project, path: project.videoPath('harbour', 'sail') };
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
    expect(await auditVideos()).toEqual({ findings: [], checked: { records: 1, files: 1 }, ok: true });
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

  it('marks a loss that the provider cannot make good', async () => {
    const { path, sandbox } = await projectWithVideo();
    rmSync(path);
    // It forgets the task, as the provider does after a day.
    sandbox.reset();
    expect(await auditVideos({ repair: true })).toMatchObject({ findings: [{ repair: 'marked' }], ok: true });
    expect(getVideoMetadata('harbour', 'sail')).toMatchObject({ status: 'failed', errorCode: 'not-found' });
  });

  it('marks nothing while the provider is only out of reach', async () => {
    const { path, sandbox } = await projectWithVideo();
    rmSync(path);
    sandbox.script({ fault: 'refuse-401', on: 'query', times: 50 });
    const report = await auditVideos({ repair: true });
    expect(report).toMatchObject({ findings: [{ kind: 'file-missing', repair: 'left' }], ok: false });
    expect(getVideoMetadata('harbour', 'sail')?.errorCode).not.toBe('not-found');
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
