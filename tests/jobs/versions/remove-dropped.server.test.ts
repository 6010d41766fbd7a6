import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Version } from '#lib/jobs/record/job-record.ts';
import { removeDropped } from '#lib/jobs/versions/remove-dropped.server.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { jobRecord, jobRecords } from '../../fixtures/records/job-records.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const film = (version: number, fields: Partial<Version> = {}): Version => ({
  ...{ status: 'ready', version, localPath: `rome.v${version}.mp4`, isDropped: true },
  ...fields,
});

/** Removes what is dropped of these films; each has a file beside the current one. */
async function remove(former: Version[], removeObject = async (_name: string): Promise<void> => {}) {
  const folder = temporaryFolder();
  for (const name of ['rome.mp4', 'other.mp4', 'rome.v1.mp4', 'rome.v2.mp4', 'rome.v2.poster.webp']) {
    writeFileSync(join(folder, name), 'film');
  }
  const store = createMemoryStore({ format: jobRecords });
  await store.update('k', () => jobRecord({ key: 'k', versions: { last: 9, former } }));
  const objects: string[] = [];
  const objectsAt = (location: string) => ({
    remove: async (name: string) => {
      objects.push(`${location}/${name}`);
      await removeObject(name);
    },
  });
  const place = {
    finalPath: join(folder, 'rome.mp4'),
    localPath: 'rome.mp4',
    pathOf: (path: string) => join(folder, path),
  };
  const record = await removeDropped({ store, key: 'k', place: { ...place, objectsAt: objectsAt as never } });
  return { files: readdirSync(folder).sort(), left: record?.versions?.former.map(({ version }) => version), objects };
}

describe('a dropped film', () => {
  it('goes with its pictures, then from the record; the others stay', async () => {
    const poster = { name: 'rome.v2.poster.webp', sizeBytes: 4, sha256: 'a', mimeType: 'image/webp' };
    const { files, left } = await remove([film(1, { isDropped: false }), film(2, { pictures: { poster } })]);
    expect([files, left]).toEqual([['other.mp4', 'rome.mp4', 'rome.v1.mp4'], [1]]);
  });

  it('is only forgotten where its name is not the key’s own', async () => {
    const { files, left } = await remove([film(1, { localPath: 'other.mp4' })]);
    expect([files.includes('other.mp4'), left]).toEqual([true, []]);
  });

  it('goes from object storage with all that the task delivered', async () => {
    const object = (name: string) => ({ location: 's3://films', name });
    const assets = [{ name: 'poster', format: 'jpeg', localPath: 'x', object: object('b') }];
    const { objects, left, files } = await remove([film(1, { object: object('a'), assets })]);
    expect([objects, left]).toEqual([['s3://films/a', 's3://films/b'], []]);
    // A file of that name is not the film any more.
    expect(files).toContain('rome.v1.mp4');
  });

  it('stays on record while its store is away', async () => {
    const away = () => Promise.reject(new Error('away'));
    const { left } = await remove([film(1, { object: { location: 's3://films', name: 'a' } }), film(2)], away);
    expect(left).toEqual([1]);
  });
});
