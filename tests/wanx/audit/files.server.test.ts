import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { readSettings } from '#lib/config.ts';
import { checkFile, checkOrphan, filesIn, repairFile, repairOrphan } from '#lib/wanx/audit/files.server.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { videoRecord } from '../../fixtures/records/video-shelf.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const settings = readSettings({ WANX_PROJECT_ROOT: '/srv/project' });
const finished = videoRecord({
  spotId: 'rome',
  eraId: 'old',
  status: 'ready',
  completedAt: '2026-11-21T00:00:00.000Z',
});
const unfinished = videoRecord({ spotId: 'athens', eraId: 'old', status: 'generating', taskId: 'task-1' });

describe('a file of the video folder', () => {
  it.each<[string, string | undefined]>([
    ['rome-old.mp4', undefined],
    ['notes.txt', undefined],
    ['unknown.mp4', 'unknown-file'],
    ['rome-old.v3.mp4', 'unknown-file'],
    ['rome-old.v3.mp4.deleted', 'unknown-file'],
    ['rome-old.mp4.part', 'stale-part'],
    ['rome-old.mp4.part.json', 'stale-part'],
    ['rome-old.mp4.f7.part.json.2', 'stale-part'],
    ['rome-old.mp4.part.lock', 'stale-part'],
    ['unknown.mp4.part', 'stale-part'],
    // Of a download that goes on.
    ['athens-old.mp4.part', undefined],
    ['athens-old.mp4.f7.part', undefined],
  ])('%s is %s', (name, kind) => {
    expect(checkFile(settings, [finished, unfinished], name)?.kind).toBe(kind);
  });
});

describe('the files in a folder', () => {
  it('are the plain ones, sorted; none where there is no folder', async () => {
    const folder = temporaryFolder();
    for (const name of ['b', 'a']) writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, 'c'));
    symlinkSync('a', join(folder, 'd'));
    expect(await filesIn(folder)).toEqual(['a', 'b']);
    expect(await filesIn(join(folder, 'none'))).toEqual([]);
    await expect(filesIn(join(folder, 'a'))).rejects.toMatchObject({ code: 'disk' });
  });
});

describe('a file of the folder of orphans', () => {
  async function orphans() {
    const own = readSettings({ WANX_PROJECT_ROOT: temporaryFolder() });
    const folder = join(own.videoDir, 'orphans');
    mkdirSync(folder, { recursive: true });
    const put = (name: string, bytes: string | Buffer) => writeFileSync(join(folder, name), bytes);
    return { check: (name: string) => checkOrphan(own, name), put, bytes: await makeMp4({ sizeBytes: 2000 }) };
  }

  it('is a whole video, named by its task', async () => {
    const { check, put, bytes } = await orphans();
    for (const name of ['a%2Fb.mp4', 'bad%escape.mp4']) put(name, bytes);
    expect(await check('a%2Fb.mp4')).toMatchObject({ orphan: { taskId: 'a/b', sizeBytes: bytes.length } });
    expect(await check('bad%escape.mp4')).toMatchObject({ orphan: { taskId: 'bad%escape' } });
  });

  it('is a fault, or none of ours', async () => {
    const { check, put } = await orphans();
    put('cut.mp4', 'half');
    expect(await check('cut.mp4')).toMatchObject({ finding: { kind: 'not-a-video' } });
    expect(await check('gone.mp4')).toMatchObject({ finding: { kind: 'unreadable' } });
    expect(await check('a.mp4.part')).toMatchObject({ finding: { kind: 'stale-part' } });
    expect(await check('readme.txt')).toBeUndefined();
  });

  const notAVideo = { kind: 'not-a-video', detail: 'cut' } as const;

  it('is fetched again by its name, where that is a task', async () => {
    const asked: string[] = [];
    const fetchAgain = async (taskId: string) => void asked.push(taskId);
    expect(await repairOrphan(notAVideo, 'a%2Fb.mp4', fetchAgain)).toMatchObject({ repair: 'fetched' });
    expect(await repairOrphan(notAVideo, 'no task.mp4', fetchAgain)).toMatchObject({ repair: 'left' });
    expect(asked).toEqual(['a/b']);
  });

  it('is left where that fails, which says why', async () => {
    const failed = await repairOrphan(notAVideo, 'a.mp4', () => Promise.reject(new Error('expired')));
    expect(failed).toMatchObject({ repair: 'left', detail: 'cut; fetching it again failed: expired' });
  });
});

describe('repairing a file', () => {
  const stale = () => {
    const path = join(temporaryFolder(), 'rome-old.mp4.part.json');
    writeFileSync(path, '{}');
    return { path, finding: { kind: 'stale-part', path, detail: 'left' } as const };
  };

  it('removes a part file that nobody writes, and leaves no lock behind', async () => {
    const { path, finding } = stale();
    expect(await repairFile(finding)).toMatchObject({ repair: 'removed' });
    expect([existsSync(path), existsSync(path.replace('.json', '.lock'))]).toEqual([false, false]);
  });

  it('leaves one that is being written', async () => {
    const { path, finding } = stale();
    const lock = tryFileLock(path.replace('.json', '.lock'));
    expect(await repairFile(finding)).toMatchObject({
      repair: 'left',
      detail: expect.stringContaining('being written'),
    });
    expect(existsSync(path)).toBe(true);
    lock?.release();
  });

  it('never removes a video', async () => {
    const { path } = stale();
    for (const kind of ['unknown-file', 'second-name', 'not-a-video'] as const) {
      expect(await repairFile({ kind, path, detail: '' })).toMatchObject({ repair: 'left' });
    }
    expect(existsSync(path)).toBe(true);
  });
});
