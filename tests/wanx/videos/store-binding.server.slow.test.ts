import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  auditVideos,
  generateAndStoreVideo,
  getAllVideoMetadata,
  listRescuable,
  rescueTask,
  resumeVideos,
  setVideoMetadata,
} from '#lib/wanx/index.ts';
import { videoStore } from '#lib/wanx/video-metadata.ts';
import { AGE_OF_SAIL, HARBOUR, STEAM, type WanProject, wanProject } from '../../fixtures/records/wan-project.ts';

const RECORDS = 'src/lib/data/generated-videos.json';

interface Bound extends WanProject {
  records: string;
  folder: string;
  mark: string;
  folderMark: string;
}

function placesOf(root: string) {
  const records = join(root, RECORDS);
  const folder = join(root, 'static/videos');
  return { records, folder, mark: `${records}.store.json`, folderMark: join(folder, '.reelkeep-store.json') };
}

async function withFilm(): Promise<Bound> {
  const project = await wanProject();
  expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: true });
  return { ...project, ...placesOf(project.root) };
}

function idIn(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8')).id;
}

/** Every call that could do harm. */
const CALLS: Record<string, () => Promise<unknown>> = {
  'buying what is there': () => generateAndStoreVideo(HARBOUR, AGE_OF_SAIL),
  'buying something else': () => generateAndStoreVideo(HARBOUR, STEAM),
  'buying anew': () => generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true }),
  resuming: () => resumeVideos({ ignoreBackoff: true }),
  auditing: () => auditVideos(),
  repairing: () => auditVideos({ repair: true }),
};

async function codeOf(call: () => Promise<unknown>): Promise<unknown> {
  const result: unknown = await call().catch((error: unknown) => error);
  return typeof result === 'object' && result && 'code' in result ? result.code : result;
}

describe('the id of a store', () => {
  it('stands beside the records and in the video folder, and not in the records', async () => {
    const { mark, folderMark, records } = await withFilm();
    expect(idIn(mark)).toMatch(/^[\da-f-]{36}$/);
    expect(idIn(folderMark)).toBe(idIn(mark));
    expect(JSON.parse(readFileSync(records, 'utf8'))).toHaveLength(1);
  });

  it.each(['mark', 'folderMark'] as const)('is written again where the %s is missing or spoilt', async (which) => {
    const project = await withFilm();
    const id = idIn(project.mark);
    for (const spoil of [() => rmSync(project[which]), () => writeFileSync(project[which], '{"id"')]) {
      spoil();
      expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true })).toMatchObject({ success: true });
      expect(idIn(project.mark)).toBe(id);
      expect(idIn(project.folderMark)).toBe(id);
    }
  });

  it('is given to a project from before there were any', async () => {
    const { mark, folderMark, accepted } = await withFilm();
    rmSync(mark);
    rmSync(folderMark);
    expect(await auditVideos({ repair: true })).toMatchObject({ findings: [], checked: { files: 1 } });
    expect(idIn(folderMark)).toBe(idIn(mark));
    expect(accepted()).toBe(1);
  });

  it('is one for many calls that begin at once', async () => {
    const { root } = await wanProject();
    const ids = ['a', 'b', 'c', 'd'];
    await Promise.all(ids.map((id) => generateAndStoreVideo({ id, name: id }, STEAM)));
    const { mark, folderMark } = placesOf(root);
    expect(idIn(folderMark)).toBe(idIn(mark));
  });

  it('goes along with a project that is moved as a whole', async () => {
    const { root, accepted, ...before } = await withFilm();
    const id = idIn(before.mark);
    const moved = `${root}-moved`;
    renameSync(root, moved);
    vi.stubEnv('WANX_PROJECT_ROOT', moved);
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: true });
    expect(await auditVideos({ repair: true })).toMatchObject({ findings: [] });
    expect(idIn(placesOf(moved).mark)).toBe(id);
    expect(accepted()).toBe(1);
    rmSync(moved, { recursive: true });
  });

  it('goes along with a copy of the films alone', async () => {
    const { folder, folderMark, mark } = await withFilm();
    rmSync(folderMark);
    renameSync(folder, `${folder}-old`);
    cpSync(`${folder}-old`, folder, { recursive: true });
    expect(await auditVideos({ repair: true })).toMatchObject({ findings: [] });
    expect(idIn(folderMark)).toBe(idIn(mark));
  });
});

describe('records in front of a folder that is not theirs', () => {
  const HARMS: Record<string, (project: Bound) => void> = {
    'of another project, which is empty': ({ root }) => {
      const other = join(root, 'other');
      mkdirSync(join(other, 'static/videos'), { recursive: true });
      vi.stubEnv('WANX_METADATA_PATH', join(root, RECORDS));
      vi.stubEnv('WANX_PROJECT_ROOT', other);
    },
    'of another project, with films of its own': ({ root }) => {
      const { folder, folderMark } = placesOf(join(root, 'other'));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'harbour-sail.mp4'), 'theirs');
      writeFileSync(folderMark, '{"id":"theirs"}');
      vi.stubEnv('WANX_METADATA_PATH', join(root, RECORDS));
      vi.stubEnv('WANX_PROJECT_ROOT', join(root, 'other'));
    },
    'of another project, before the first film': ({ root, records, folder }) => {
      const [record] = JSON.parse(readFileSync(records, 'utf8'));
      const underWay = { ...record, status: 'generating', localPath: undefined, completedAt: undefined };
      writeFileSync(records, JSON.stringify([underWay]));
      rmSync(join(folder, 'harbour-sail.mp4'));
      mkdirSync(join(root, 'other/static/videos'), { recursive: true });
      vi.stubEnv('WANX_METADATA_PATH', records);
      vi.stubEnv('WANX_PROJECT_ROOT', join(root, 'other'));
    },
    'by another setting': ({ root }) => {
      mkdirSync(join(root, 'elsewhere'));
      vi.stubEnv('WANX_VIDEO_DIR', 'elsewhere');
    },
    'on a disk that is not mounted': ({ folder }) => {
      renameSync(folder, `${folder}-away`);
      mkdirSync(folder);
    },
    'when other records were put in their place': ({ mark }) => {
      writeFileSync(mark, '{"id":"theirs","hasRecords":true}');
    },
  };
  const cases = Object.entries(HARMS).flatMap(([where, harm]) =>
    Object.entries(CALLS).map(([what, call]) => ({ where, what, harm, call })),
  );

  it.each(cases)('$where: $what is refused, and nothing is changed', async ({ what, where, harm, call }) => {
    const project = await withFilm();
    harm(project);
    const before = readFileSync(project.records, 'utf8');
    const outcome = await codeOf(call);
    // What is finished, and in its place, is no purchase.
    const isHarmless = what === 'buying what is there' && (where === 'by another setting' || where.startsWith('when'));
    if (isHarmless) expect(outcome).toMatchObject({ success: true });
    else expect(outcome).toBe('config');
    expect(readFileSync(project.records, 'utf8')).toBe(before);
    expect(project.accepted()).toBe(1);
  });

  it.each(Object.entries(HARMS))('%s: --adopt binds them as they stand', async (_where, harm) => {
    const project = await withFilm();
    harm(project);
    expect(await generateAndStoreVideo(HARBOUR, STEAM, { adopt: true })).toMatchObject({ success: true });
    const id = idIn(project.mark);
    expect(await generateAndStoreVideo(HARBOUR, STEAM, { force: true })).toMatchObject({ success: true });
    expect(idIn(project.mark)).toBe(id);
  });

  it('says which settings to look at, and names --adopt', async () => {
    const project = await withFilm();
    HARMS['on a disk that is not mounted']?.(project);
    await expect(auditVideos({ repair: true })).rejects.toThrow(/1 finished films.*WANX_VIDEO_DIR.*--adopt/s);
  });
});

describe('records that have vanished', () => {
  const HARMS: Record<string, (project: Bound) => void> = {
    'file removed': ({ records }) => rmSync(records),
    'file emptied': ({ records }) => writeFileSync(records, '[]\n'),
    'folder moved away': ({ records }) => renameSync(join(records, '..'), join(records, '../../data-away')),
    'folder moved away, and a new one made': ({ records }) => {
      renameSync(join(records, '..'), join(records, '../../data-away'));
      mkdirSync(join(records, '..'));
      writeFileSync(records, '[]');
    },
  };
  const cases = Object.entries(HARMS).flatMap(([how, harm]) =>
    Object.entries(CALLS).map(([what, call]) => ({ how, what, harm, call })),
  );

  it.each(cases)('$how: $what is refused, with a way on', async ({ harm, call }) => {
    const project = await withFilm();
    harm(project);
    expect(await codeOf(call)).toBe('store-corrupt');
    // Also when it was asked before, and after somebody has looked.
    expect(getAllVideoMetadata()).toEqual([]);
    expect(await codeOf(call)).toBe('store-corrupt');
    expect(project.accepted()).toBe(1);
    expect(existsSync(project.videoPath('harbour', 'sail'))).toBe(true);
  });

  it('names rescue, which works then, and --adopt, which ends it', async () => {
    const { records, accepted } = await withFilm();
    const taskId = getAllVideoMetadata()[0]?.taskId ?? '';
    rmSync(records);
    expect(await generateAndStoreVideo(HARBOUR, STEAM)).toMatchObject({
      code: 'store-corrupt',
      error: expect.stringMatching(/Nothing was bought.*npm run rescue.*--adopt/s),
    });
    expect(await listRescuable(new Date(Date.now() - 3_600_000))).toMatchObject([{ taskId, captured: false }]);
    expect(await rescueTask(taskId)).toMatchObject({ taskId });
    expect(await generateAndStoreVideo(HARBOUR, STEAM, { adopt: true })).toMatchObject({ success: true });
    expect(await generateAndStoreVideo({ id: 'other', name: 'Other' }, STEAM)).toMatchObject({ success: true });
    expect(accepted()).toBe(3);
  });

  it('are no matter any more once a copy is put back', async () => {
    const { records } = await withFilm();
    const copy = readFileSync(records);
    rmSync(records);
    expect(await codeOf(CALLS.resuming ?? fail)).toBe('store-corrupt');
    writeFileSync(records, copy);
    expect(await generateAndStoreVideo(HARBOUR, STEAM)).toMatchObject({ success: true });
  });

  it('stay lost when somebody writes into the emptied file, until those that are missing are back', async () => {
    const { records } = await withFilm();
    const copy = readFileSync(records);
    writeFileSync(records, '[]');
    await setVideoMetadata({ spotId: 'a', eraId: 'b' });
    expect(await generateAndStoreVideo(HARBOUR, STEAM)).toMatchObject({
      code: 'store-corrupt',
      error: expect.stringContaining('harbour/sail'),
    });
    writeFileSync(records, copy);
    expect(await generateAndStoreVideo(HARBOUR, STEAM)).toMatchObject({ success: true });
  });

  it('are not missed in a new project, nor where the last one was deleted by ourselves', async () => {
    const { records } = await withFilm();
    await videoStore().update('harbour/sail', () => undefined);
    expect(JSON.parse(readFileSync(records, 'utf8'))).toEqual([]);
    expect(await resumeVideos()).toEqual([]);
    expect(await generateAndStoreVideo(HARBOUR, STEAM)).toMatchObject({ success: true });
  });

  function fail(): never {
    throw new Error('no such call');
  }
});

it('a film whose records were emptied while it was made is written again, and missed by nobody', async () => {
  const { root, accepted } = await wanProject();
  const { records } = placesOf(root);
  let isEmptied = false;
  const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, ({ stage }) => {
    if (stage !== 'downloading' || isEmptied) return;
    isEmptied = true;
    writeFileSync(records, '[]');
  });
  expect(result).toMatchObject({ success: true, metadata: { status: 'ready' } });
  expect(isEmptied).toBe(true);
  expect(await generateAndStoreVideo(HARBOUR, STEAM)).toMatchObject({ success: true });
  expect(accepted()).toBe(2);
});
