import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jpeg } from '#lib/capture/formats/jpeg.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { filesInPlace, hasAllRequired } from '#lib/jobs/deliver/in-place.server.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { JobBench } from '../../fixtures/fake-provider.ts';
import { jobRecord } from '../../fixtures/records/job-records.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const FACTS = { sizeBytes: 5, sha256: 'sha of 5' };
const video = { name: 'video', format: 'mp4', localPath: 'video' };
const poster = { name: 'poster', format: 'jpeg', localPath: 'poster', isOptional: true };

/** Which files are found in a folder with a video and a poster of five bytes each, by a record. */
async function found(fields: Partial<JobRecord>, taskId = 'task') {
  const folder = temporaryFolder();
  for (const name of ['video', 'poster']) writeFileSync(join(folder, name), '12345');
  const bench = new JobBench();
  Object.assign(bench.provider, { formats: [mp4, jpeg] });
  const inspected: string[] = [];
  const inspectAsset = async (path: string) => {
    inspected.push(path.slice(folder.length + 1));
    return { ...FACTS, media: {} };
  };
  const job = bench.job({ placeOf: ({ name }) => ({ finalPath: join(folder, name), localPath: name }) });
  const environment = { files: { inspectAsset } };
  const files = await filesInPlace({ job, leased: { record: jobRecord(fields) }, environment } as never, taskId);
  const names = Array.from(files.values(), ({ name, inPlace }) => `${name} ${inPlace ? 'is there' : 'is not'}`);
  return { names, inspected, files };
}

describe('a file that was published before its process ended', () => {
  it('is recognised by its size and its hash', async () => {
    const { names } = await found({
      assets: [
        { ...video, ...FACTS },
        { ...poster, ...FACTS, sha256: 'other' },
      ],
    });
    expect(names).toEqual(['video is there', 'poster is not']);
  });

  it('of another size is not read at all, nor one without facts', async () => {
    const { names, inspected } = await found({ assets: [{ ...video, ...FACTS, sizeBytes: 6 }, poster] });
    expect([names, inspected]).toEqual([['video is not', 'poster is not'], []]);
  });

  it('is the one that the record was about to name', async () => {
    const captured = { taskId: 'task', ...FACTS };
    // As earlier versions wrote it: one video, not named.
    expect((await found({ captured })).names).toEqual(['video is there']);
    const assets = [{ ...video, ...FACTS }, poster];
    expect((await found({ assets, captured: { ...captured, name: 'poster' } })).names).toEqual([
      'video is there',
      'poster is there',
    ]);
  });

  it('of another task is none', async () => {
    const captured = { taskId: 'task', ...FACTS };
    expect((await found({ captured }, 'another')).names).toEqual([]);
    expect((await found({ assets: [video], captured }, 'another')).names).toEqual(['video is not']);
  });

  it('in a format that the provider has no more is none', async () => {
    expect((await found({ assets: [{ ...video, ...FACTS, format: 'avi' }] })).names).toEqual([]);
  });

  it('may complete the delivery, where nothing required is missing', async () => {
    const complete = await found({ assets: [{ ...video, ...FACTS }, poster] });
    const missing = await found({ assets: [video, { ...poster, ...FACTS }] });
    const optional = await found({ assets: [{ ...poster, ...FACTS }] });
    expect([complete, missing, optional].map(({ files }) => hasAllRequired(files))).toEqual([true, false, false]);
  });
});
