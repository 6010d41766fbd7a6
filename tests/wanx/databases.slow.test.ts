import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase } from '#lib/stores/records/open-record-store.server.ts';
import {
  auditVideos,
  cancelVideo,
  countVideos,
  deleteVersion,
  findVideo,
  generateAndStoreVideo,
  getAllVideoMetadata,
  getVideoMetadata,
  listVersions,
  listVideos,
  rescueTask,
  restoreVersion,
  resumeVideos,
  setVideoMetadata,
} from '#lib/wanx/index.ts';
import { ownVideoService } from '../fixtures/records/own-video-service.ts';
import { AGE_OF_SAIL, HARBOUR, STEAM, type WanProject, wanProject } from '../fixtures/records/wan-project.ts';
import { describePostgres } from '../fixtures/servers/postgres.ts';

const SAIL = [HARBOUR.id, AGE_OF_SAIL.id] as const;

describe('videos in SQLite', () => {
  whole(async (project) => `sqlite:${join(project.root, 'data/records.db')}`);

  it('can be read without waiting', async () => {
    await projectWith(async () => 'sqlite:records.db');
    await setVideoMetadata({ spotId: 'harbour', eraId: 'sail', status: 'pending' });
    expect(getVideoMetadata(...SAIL)).toMatchObject({ status: 'pending' });
    expect(getAllVideoMetadata()).toEqual(await listVideos());
  });
});

describePostgres('videos in a real PostgreSQL', (server) => {
  const url = async () => server.url(await server.create());
  whole(url);

  it('cannot be read without waiting: those functions name the ones that can', async () => {
    await projectWith(url);
    const instead = (name: string) =>
      expect.objectContaining({ code: 'config', message: expect.stringContaining(`${name}()`) });
    expect(() => getAllVideoMetadata()).toThrow(instead('listVideos'));
    expect(() => getVideoMetadata(...SAIL)).toThrow(instead('findVideo'));
  });
});

async function projectWith(address: (project: WanProject) => Promise<string>): Promise<WanProject> {
  const project = await wanProject();
  const database = await address(project);
  vi.stubEnv('REELKEEP_DATABASE', database);
  // Before the server stops and the folder goes.
  onTestFinished(() => openDatabase(database.replace(/^sqlite:(?!\/)/, `sqlite:${project.root}/`)).close());
  return project;
}

/** Everything that a user does with videos, with nothing in the JSON file. */
function whole(address: (project: WanProject) => Promise<string>): void {
  it('are bought once, found again, made anew, kept as versions and audited', async () => {
    const project = await projectWith(address);
    const first = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(first).toMatchObject({ success: true });
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: true });
    expect([project.accepted(), project.stored(), await countVideos()]).toEqual([1, [], 1]);
    expect(await findVideo(...SAIL)).toMatchObject({ status: 'ready', sha256: expect.any(String) });
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true });
    await restoreVersion(...SAIL, 1);
    await deleteVersion(...SAIL, 2);
    expect(await listVersions(...SAIL)).toMatchObject([{ version: 1, isCurrent: true }]);
    expect(await auditVideos()).toMatchObject({ ok: true, checked: { records: 1 } });
  });

  it('go on after a restart, and stop when they are cancelled', async () => {
    const project = await projectWith(address);
    const taskId = await project.leave(HARBOUR, AGE_OF_SAIL);
    project.sandbox.letFinish(taskId);
    expect(await resumeVideos()).toMatchObject([{ success: true }]);
    const other = await project.leave(HARBOUR, STEAM);
    expect(await cancelVideo(HARBOUR.id, STEAM.id)).toMatchObject({ metadata: { status: 'failed', taskId: other } });
    project.sandbox.letFinish(other);
    expect(await rescueTask(other)).toMatchObject({ taskId: other, key: 'harbour/steam' });
    expect(project.accepted()).toBe(2);
  });

  it('are held to the budget of the day', async () => {
    await projectWith(address);
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    vi.stubEnv('WANX_BUDGET_USD', '0.6');
    expect(await generateAndStoreVideo(HARBOUR, STEAM)).toMatchObject({ success: false, code: 'budget' });
  });

  it('are not bought again when the folder is there and the records are not', async () => {
    const project = await projectWith(address);
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    vi.stubEnv('REELKEEP_DATABASE', `sqlite:${join(project.root, 'another.db')}`);
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: false, code: 'config' });
    // Nor where the setting was forgotten, even without the mark that says so.
    vi.stubEnv('REELKEEP_DATABASE', '');
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: false, code: 'config' });
    rmSync(join(project.root, 'src/lib/data/generated-videos.json.store.json'));
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: false, code: 'store-corrupt' });
    expect(project.accepted()).toBe(1);
  });

  it('are on the pages of the app, with every change', async () => {
    const project = await projectWith(address);
    const service = ownVideoService();
    const see = async () => {
      await service.library.pull();
      service.library.refresh();
      return (await service.library.page('saved', 5)).videos;
    };
    expect(await see()).toEqual([]);
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(await see()).toMatchObject([{ key: 'harbour/sail', state: 'ready' }]);
    await setVideoMetadata({ spotId: 'harbour', eraId: 'sail', note: 'by hand', status: 'failed', error: 'x' });
    expect(await see()).toEqual([]);
    // Its task may still deliver.
    expect((await service.view(...SAIL)).state).toBe('uncaptured');
    expect(existsSync(project.videoPath(...SAIL))).toBe(true);
  });

  it('leave no secret of the address anywhere', async () => {
    const project = await projectWith(address);
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    const mark = readFileSync(join(project.root, 'src/lib/data/generated-videos.json.store.json'), 'utf8');
    expect(mark).not.toContain('a-secret');
  });
}
