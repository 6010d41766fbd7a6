import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { jpeg } from '#lib/capture/formats/jpeg.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { storeObjects } from '#lib/jobs/deliver/store-objects.server.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { JobBench } from '../../fixtures/fake-provider.ts';
import { jobRecord } from '../../fixtures/records/job-records.ts';

const LOCATION = 's3://films/prefix';
const FACTS = { sizeBytes: 7, sha256: 'b' };
const MAIN = { ...FACTS, media: {}, finalPath: '/f/rome.mp4', localPath: 'rome.mp4' };
const video = { name: 'video', format: 'mp4', localPath: 'rome.mp4', ...FACTS };
const poster = { name: 'poster', format: 'jpeg', localPath: 'rome.jpg', isOptional: true, ...FACTS };

/** An upload into a store that answers each name by `put`. */
function uploading(put: (name: string) => ReelError | undefined = () => undefined, fields: Partial<JobRecord> = {}) {
  const bench = new JobBench();
  Object.assign(bench.provider, { formats: [mp4, jpeg] });
  let record = jobRecord(fields);
  const calls: unknown[] = [];
  const store = {
    put: async (name: string, { path }: { path: string }, _facts: object, options: { isOwnName?: boolean }) => {
      calls.push([name, path, options.isOwnName, record.uploads]);
      const error = put(name);
      if (error) throw error;
    },
  };
  const leased = {
    fence: 4,
    get record() {
      return record;
    },
    patch: async (change: (current: JobRecord) => Partial<JobRecord>) => {
      record = { ...record, ...change(record) };
    },
  };
  const place = ({ name }: { name: string }) => ({ finalPath: `/f/${name}`, localPath: name });
  const job = bench.job({ placeOf: place, pathOf: (path) => `/f/${path}` });
  const context = (objects: unknown) => ({ job: { ...job, objects }, leased, signal: new AbortController().signal });
  return { calls, context: context({ location: LOCATION, store }) as never, without: context(undefined) as never };
}
const delivery = (assets?: object[]) => ({ main: MAIN, assets, notes: [] }) as never;
const object = (name: string) => ({ location: LOCATION, name });
const taken = new ReelError('invalid-input', 'another file has it');

describe('a delivery to object storage', () => {
  it('stays as it is where the job has none', async () => {
    const { without, calls } = uploading();
    const whole = delivery();
    expect(await storeObjects(without, whole)).toBe(whole);
    expect(calls).toEqual([]);
  });

  it('names each object on record before its first byte leaves', async () => {
    const { context, calls } = uploading();
    const stored = await storeObjects(context, delivery([video, poster]));
    expect(calls).toEqual([
      ['rome.mp4', '/f/rome.mp4', false, { video: object('rome.mp4') }],
      ['rome.jpg', '/f/rome.jpg', false, { video: object('rome.mp4'), poster: object('rome.jpg') }],
    ]);
    expect(stored).toMatchObject({
      main: { object: object('rome.mp4') },
      assets: [{ object: object('rome.mp4') }, { object: object('rome.jpg') }],
    });
  });

  it('uploads nothing for a file that is missing', async () => {
    const { context, calls } = uploading();
    const missing = { name: 'poster', format: 'jpeg', localPath: 'rome.jpg', isOptional: true };
    const stored = await storeObjects(context, delivery([video, missing]));
    expect([calls.length, stored.assets?.[1]]).toEqual([1, missing]);
  });

  it('takes a name of its own where another file has the plain one', async () => {
    const { context, calls } = uploading((name) => (name === 'rome.mp4' ? taken : undefined));
    expect((await storeObjects(context, delivery())).main.object).toEqual(object('rome~4.mp4'));
    expect(calls.map((call) => Array.of(call).flat()[2])).toEqual([false, true]);
  });

  it('goes on with the object that an earlier run began, and not with one of another store', async () => {
    const begun = uploading(undefined, { uploads: { video: object('rome~2.mp4') } });
    expect((await storeObjects(begun.context, delivery())).main.object).toEqual(object('rome~2.mp4'));
    const elsewhere = { location: 's3://other', name: 'rome~2.mp4' };
    const other = uploading(undefined, { uploads: { video: elsewhere } });
    expect((await storeObjects(other.context, delivery())).main.object).toEqual(object('rome.mp4'));
  });

  it('that fails says where the paid file is', async () => {
    const network = uploading(() => new ReelError('network', 'The bucket is out of reach.'));
    const safe = { code: 'network', message: expect.stringContaining('safe in /f/rome.mp4') };
    await expect(storeObjects(network.context, delivery())).rejects.toMatchObject(safe);
    const both = uploading(() => taken);
    await expect(storeObjects(both.context, delivery())).rejects.toMatchObject({
      ...{ code: 'invalid-input', message: expect.stringContaining('safe in /f/rome.mp4') },
    });
    const stopped = new ReelError('aborted', 'stop');
    await expect(storeObjects(uploading(() => stopped).context, delivery())).rejects.toBe(stopped);
  });
});
