import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { jpeg } from '#lib/capture/formats/jpeg.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import type { CaptureResult } from '#lib/capture/types.ts';
import { CaptureQueue } from '#lib/jobs/capture-queue.ts';
import {
  captureAssets,
  earliestEnd,
  isMain,
  type WantedAsset,
  wantedAssets,
} from '#lib/jobs/deliver/capture-assets.server.ts';
import type { AssetLink } from '#lib/jobs/provider.ts';
import { JobBench } from '../../fixtures/fake-provider.ts';
import { jobRecord } from '../../fixtures/records/job-records.ts';

const link = (name: string, fields: Partial<AssetLink> = {}): AssetLink => ({
  ...{ name, url: `https://files.test/${name}`, format: mp4 },
  ...fields,
});
const VIDEO: WantedAsset = { ...link('video'), link: link('video') };
const POSTER: WantedAsset = { ...link('poster', { format: jpeg, isOptional: true }), link: link('poster') };
const IN_PLACE = { sizeBytes: 1, sha256: 'a', media: {} };

/** A capture whose downloads are answered by `fetch`. */
function captureWith(fetch: (url: string, partTag?: string) => Partial<CaptureResult> | ReelError) {
  const bench = new JobBench();
  const log: string[] = [];
  const files = {
    captureAsset: async (
      { url }: { url: string | URL },
      finalPath: string,
      options: { partTag?: string | undefined },
    ) => {
      log.push([String(url), options.partTag].filter(Boolean).join(' '));
      const result = fetch(String(url), options.partTag);
      if (result instanceof ReelError) throw result;
      const facts = { sizeBytes: 7, sha256: 'b', media: {}, notes: [], verified: [], resumedFrom: 0, attempts: 1 };
      return { localPath: finalPath, ...facts, ...result };
    },
    inspectAsset: () => Promise.reject(new Error('not asked for')),
    removeLeftovers: async (path: string) => void log.push(`tidied ${path}`),
  };
  const inPlace: string[] = [];
  const run = (wanted: WantedAsset[], besideOthers = false) =>
    captureAssets(
      {
        job: bench.job({ placeOf: ({ name }) => ({ finalPath: `/f/${name}`, localPath: name }) }),
        environment: { clock: bench.clock, captures: new CaptureQueue(2), files } as never,
        leased: { fence: 4, record: jobRecord(), assertHeld: async () => log.push('held') } as never,
        ...{ signal: new AbortController().signal, seen: { finalPaths: new Set() }, task: { taskId: 't' } },
        ...{ besideOthers, onProgress: undefined, publish: async (_asset, _facts, rename) => rename() },
        onInPlace: async ({ name }) => void inPlace.push(name),
      },
      wanted,
    );
  return { run, log, inPlace };
}

describe('capturing the files of a task', () => {
  it('fetches what is required first, and names each once it is in place', async () => {
    const { run, log, inPlace } = captureWith((url) => ({ notes: [`odd ${url.slice(-5)}`] }));
    const delivery = await run([POSTER, VIDEO]);
    expect(log).toEqual([
      ...['https://files.test/video', 'tidied /f/video'],
      ...['https://files.test/poster', 'tidied /f/poster'],
    ]);
    expect(delivery).toMatchObject({
      main: { finalPath: '/f/video', sizeBytes: 7 },
      assets: [
        { name: 'video', format: 'mp4', localPath: 'video', sizeBytes: 7, mimeType: 'video/mp4' },
        { name: 'poster', format: 'jpeg', isOptional: true, mimeType: 'image/jpeg' },
      ],
      notes: ['video: odd video', 'poster: odd oster'],
    });
    expect(inPlace).toEqual(['video', 'poster']);
  });

  it('keeps no list of one file, and fetches none that is there', async () => {
    const { run, log } = captureWith(() => new ReelError('network', 'no'));
    const delivery = await run([{ ...VIDEO, inPlace: { ...IN_PLACE, notes: ['odd'] } }]);
    expect(delivery).toMatchObject({ assets: undefined, notes: ['odd'], main: { sha256: 'a' } });
    expect(log).toEqual(['tidied /f/video']);
  });

  it('goes on without an optional file, which has a note and no facts', async () => {
    const { run } = captureWith((url) => (url.endsWith('poster') ? new ReelError('expired', 'gone') : {}));
    const { assets, notes } = await run([VIDEO, POSTER]);
    expect(notes).toEqual(['poster is missing: gone']);
    expect(assets?.[1]).toEqual({ name: 'poster', format: 'jpeg', localPath: 'poster', isOptional: true });
    expect((await run([VIDEO, { ...POSTER, link: undefined }])).notes).toEqual([
      'poster is missing: the provider has no link for it',
    ]);
  });

  it.each([
    ['the run is over', new ReelError('aborted', 'stop')],
    ['another process has the lease', new ReelError('busy', 'lost')],
    ['the record cannot be written', new ReelError('disk-full', 'full', { stage: 'recording' })],
  ])('ends where %s, also with an optional file', async (_why, error) => {
    const { run } = captureWith((url) => (url.endsWith('poster') ? error : {}));
    await expect(run([VIDEO, POSTER])).rejects.toBe(error);
  });

  it('leaves its part file to a stopped predecessor once the lease is held, where it may', async () => {
    const busy = (_url: string, tag?: string) => (tag ? {} : new ReelError('busy', 'locked'));
    const { run, log } = captureWith(busy);
    await run([VIDEO], true);
    expect(log).toEqual(['https://files.test/video', 'held', 'https://files.test/video f4', 'tidied /f/video']);
    await expect(captureWith(busy).run([VIDEO])).rejects.toMatchObject({ code: 'busy' });
  });

  it('is no delivery without a required file', async () => {
    await expect(captureWith(() => ({})).run([POSTER])).rejects.toMatchObject({ code: 'provider-failed' });
  });
});

describe('what a task delivers', () => {
  it('is what is in place where its links are gone, else its links with what is in place', () => {
    const found = new Map([['video', { ...VIDEO, inPlace: IN_PLACE }]]);
    const state = { taskId: 't', phase: 'succeeded' as const };
    expect(wantedAssets({ ...state, assets: [] }, found)).toEqual([...found.values()]);
    const [video, poster] = wantedAssets({ ...state, assets: [link('video'), link('poster')] }, found);
    expect([video?.inPlace, video?.link?.url, poster?.inPlace]).toEqual([
      IN_PLACE,
      'https://files.test/video',
      undefined,
    ]);
  });

  it('can be fetched whole until the first required link ends', () => {
    const at = (ms: number, isOptional = false) => link('x', { expiresAt: new Date(ms), isOptional });
    expect(earliestEnd([at(300), at(200), at(100, true), link('y')])).toEqual(new Date(200));
    expect(earliestEnd([link('y'), at(100, true)])).toBeUndefined();
  });

  it('is about its first required file', () => {
    const assets = [{ ...POSTER, format: 'jpeg' }, VIDEO, link('second')].map(({ name, isOptional }) => ({
      ...{ name, isOptional, format: 'mp4', localPath: name },
    }));
    const judged = [VIDEO, link('second'), POSTER].map((asset) => isMain(jobRecord({ assets }), asset));
    expect(judged).toEqual([true, false, false]);
    expect([isMain(jobRecord(), VIDEO), isMain(jobRecord(), POSTER)]).toEqual([true, false]);
  });
});
