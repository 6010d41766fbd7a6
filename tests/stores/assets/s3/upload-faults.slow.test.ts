import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PutOptions } from '#lib/stores/assets/asset-store.ts';
import type { S3StoreOptions } from '#lib/stores/assets/s3/s3-store.server.ts';
import { UploadMemory } from '#lib/stores/assets/s3/upload/upload-memory.ts';
import { sourceOf } from '../../../contracts/asset-store.ts';
import { type Fault, type FaultProxy, type SeenCall, startFaultProxy } from '../../../fixtures/servers/fault-proxy.ts';
import { type MemoryS3, memoryS3 } from '../../../fixtures/servers/memory-s3.ts';
import { impatientClock, s3Store, standInSettings, uploadStore } from '../../../fixtures/servers/s3-stores.ts';

const KIB = 1024;
const PART = 64 * KIB;
const KEY = 'reel/videos/rome.mp4';
/** Three parts, the last one shorter. */
const large = () => sourceOf(Buffer.from(Array.from({ length: 2 * PART + 100 }, (_, index) => (index * 7919) % 251)));
const small = () => sourceOf('a film');

let server: FaultProxy;
let bucket: MemoryS3;
beforeAll(async () => {
  server = await startFaultProxy((...call) => bucket.handle(...call));
});
afterAll(() => server.close());
beforeEach(() => {
  bucket = memoryS3();
  server.calls.length = 0;
  server.onRequest(() => undefined);
});

function open(options: Partial<S3StoreOptions> = {}) {
  const clock = impatientClock();
  const uploads = uploadStore();
  const store = s3Store(standInSettings(server.url), { clock, uploads, partBytesFor: () => PART, ...options });
  return { store, clock, uploads: options.uploads ?? uploads };
}

/** Fails the first requests of an operation, then no more. */
function failing(operation: string, ...faults: Fault[]): void {
  const left = [...faults];
  server.onRequest((call) => (call.operation === operation ? left.shift() : undefined));
}
const count = (operation: string) => server.operations().filter((one) => one === operation).length;
const REFUSED: Fault = { kind: 'refuse', status: 503 };

async function put(source = large(), options: PutOptions = {}, given = open()) {
  const asset = await given.store.put('rome.mp4', source, source.facts, options);
  expect(asset).toMatchObject({ sizeBytes: source.bytes.length, sha256: source.facts.sha256 });
  expect(bucket.objects.get(KEY)?.bytes.equals(source.bytes)).toBe(true);
  expect(await Array.fromAsync(given.uploads.find())).toEqual([]);
  return asset;
}

describe('an upload in parts', () => {
  it('sends each part once, and nothing but what is needed', async () => {
    await put();
    expect(server.operations()).toEqual([
      ...['HeadObject', 'CreateMultipartUpload', 'ListParts', 'UploadPart', 'UploadPart', 'UploadPart'],
      ...['HeadObject', 'CompleteMultipartUpload', 'HeadObject'],
    ]);
    expect(bucket.objects.get(KEY)?.headers).toMatchObject({ 'content-type': 'video/mp4', 'x-amz-meta-spot': 'rome' });
  });

  it.each<[string, string, Fault[], number]>([
    ['is refused for a moment', 'UploadPart', [REFUSED, REFUSED, { kind: 'refuse', status: 500 }], 6],
    ['is refused as too fast', 'UploadPart', [{ kind: 'refuse', status: 429, code: 'SlowDown' }], 4],
    ['arrives damaged', 'UploadPart', [{ kind: 'refuse', status: 400, code: 'BadDigest' }], 4],
    ['is cut', 'UploadPart', [{ kind: 'cut' }, { kind: 'cut' }], 5],
    ['has no answer', 'UploadPart', [{ kind: 'lose' }], 4],
    ['cannot be begun at first', 'CreateMultipartUpload', [REFUSED, { kind: 'cut' }], 3],
    ['is begun without an answer', 'CreateMultipartUpload', [{ kind: 'lose' }], 2],
    ['cannot be looked at', 'HeadObject', [REFUSED, { kind: 'cut' }], 5],
    ['cannot be completed for a moment', 'CompleteMultipartUpload', [REFUSED, { kind: 'cut' }], 3],
  ])('goes on when a request %s', async (_what, operation, faults, requests) => {
    failing(operation, ...faults);
    await put();
    expect([count(operation), count('AbortMultipartUpload')]).toEqual([requests, 0]);
  });

  it('is not sent again when the answer to its completion is lost', async () => {
    failing('CompleteMultipartUpload', { kind: 'lose' });
    await put();
    expect([count('CompleteMultipartUpload'), count('CreateMultipartUpload'), count('UploadPart')]).toEqual([1, 1, 3]);
  });

  it('is complete although the second completion finds no upload', async () => {
    // The look between them finds nothing yet: the store is still at work.
    let looks = 0;
    server.onRequest(({ operation }) => {
      if (operation === 'HeadObject') {
        looks += 1;
        return looks === 3 ? { kind: 'refuse', status: 404, code: 'NoSuchKey' } : undefined;
      }
      return operation === 'CompleteMultipartUpload' && looks < 3 ? { kind: 'lose' } : undefined;
    });
    await put();
    expect([count('CompleteMultipartUpload'), count('CreateMultipartUpload')]).toEqual([2, 1]);
  });

  it('goes on when the completion says 200 and means an error', async () => {
    const body = '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>try again</Message></Error>';
    failing('CompleteMultipartUpload', {
      kind: 'answer',
      with: (request, response) => {
        request.resume();
        response.writeHead(200, { 'content-type': 'application/xml' }).end(body);
      },
    });
    await put();
    expect(count('CompleteMultipartUpload')).toBe(2);
  });

  it.each(['CompleteMultipartUpload', 'UploadPart', 'CreateMultipartUpload', 'HeadObject'])(
    'does not wait for ever where %s is never answered',
    async (silent) => {
      failing(silent, { kind: 'silent' });
      const given = open();
      const done = put(large(), {}, given);
      await expect.poll(() => count(silent)).toBeGreaterThan(0);
      await new Promise((resolve) => setImmediate(resolve));
      given.clock.expire();
      await done;
    },
  );

  it('is begun anew when the store forgets it, twice and no more', async () => {
    const gone: Fault = { kind: 'refuse', status: 404, code: 'NoSuchUpload' };
    failing('UploadPart', gone);
    await put();
    expect(count('CreateMultipartUpload')).toBe(2);
    bucket.objects.clear();
    server.onRequest(({ operation }) => (operation === 'UploadPart' ? gone : undefined));
    await expect(put()).rejects.toMatchObject({ code: 'network' });
    expect(count('CreateMultipartUpload')).toBe(5);
    expect(bucket.uploads.size).toBe(0);
  });

  it('fails with a reason and can be continued when the store stays away', async () => {
    const given = open();
    let parts = 0;
    server.onRequest(({ operation }) => {
      if (operation === 'UploadPart') parts += 1;
      return parts > 1 ? REFUSED : undefined;
    });
    const source = large();
    await expect(given.store.put('rome.mp4', source, source.facts)).rejects.toMatchObject({
      ...{ code: 'network', retryable: true, message: expect.stringContaining('s3://films/reel/videos/rome.mp4') },
    });
    server.onRequest(() => undefined);
    server.calls.length = 0;
    await put(source, {}, given);
    expect([count('CreateMultipartUpload'), count('UploadPart')]).toEqual([0, 2]);
  });

  it('waits for its turn where others hold the memory of the process', async () => {
    const memory = new UploadMemory(10 * PART);
    const held: Array<() => void> = [];
    server.onRequest(({ operation }) => {
      if (operation !== 'UploadPart') return undefined;
      return { kind: 'answer', with: (...call) => void held.push(() => void bucket.handle(...call)) };
    });
    const stores = ['a', 'b'].map((area) => open({ memory, area }).store);
    const sources = stores.flatMap((store) =>
      [1, 2, 3].map((number) => ({ store, name: `${number}.mp4`, ...large() })),
    );
    const done = Promise.all(sources.map(({ store, name, facts, path }) => store.put(name, { path }, facts)));
    await expect.poll(() => held.length).toBe(6);
    // Whatever the other four do meanwhile, they send nothing.
    await open({ area: 'c' }).store.stat('none.mp4');
    expect([count('CreateMultipartUpload'), held.length, memory.bytesInUse]).toEqual([2, 6, 10 * PART]);
    server.onRequest(() => undefined);
    for (const answer of held) answer();
    await done;
    expect([bucket.objects.size, memory.bytesInUse]).toEqual([6, 0]);
  });

  it('reports a progress that never falls', async () => {
    failing('UploadPart', { kind: 'lose' }, REFUSED);
    const seen: number[] = [];
    const source = large();
    await put(source, { onProgress: (bytes) => seen.push(bytes) });
    expect([seen, seen.at(-1)]).toEqual([seen.toSorted((a, b) => a - b), source.bytes.length]);
  });

  it('keeps to its bandwidth', async () => {
    const source = large();
    const given = open();
    const settings = standInSettings(server.url, { uploadBytesPerSecond: 10_000 });
    const store = s3Store(settings, { clock: given.clock, partBytesFor: () => PART });
    const before = given.clock.now();
    await put(source, {}, { ...given, store });
    expect(given.clock.now() - before).toBeGreaterThan(((source.bytes.length - 4000) / 10_000) * 1000);
  });
});

describe('what the store has in the end', () => {
  const lying = (change: (bytes: Buffer) => Buffer, etag?: string) => {
    const { handle } = bucket;
    bucket.handle = async (request, response) => {
      await handle(request, response);
      const object = bucket.objects.get(KEY);
      if (object) bucket.objects.set(KEY, { ...object, bytes: change(object.bytes), etag: etag ?? 'f'.repeat(32) });
    };
  };

  it.each(['in parts', 'in one piece'])('is not taken for the film if its bytes are others: %s', async (how) => {
    lying((bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1) === 0 ? 1 : 0])]));
    const source = how === 'in parts' ? large() : small();
    const { store, uploads } = open();
    await expect(store.put('rome.mp4', source, source.facts)).rejects.toMatchObject({
      ...{ code: 'integrity', retryable: true, message: expect.stringContaining('local file is unchanged') },
    });
    expect([bucket.objects.size, await Array.fromAsync(uploads.find())]).toEqual([0, []]);
  });

  it.each(['in parts', 'in one piece'])('is read once where its tag is no checksum: %s', async (how) => {
    lying((bytes) => bytes);
    await put(how === 'in parts' ? large() : small());
    expect(count('GetObject')).toBe(1);
  });

  it('is not read where the tag proves it', async () => {
    await put();
    await put(small(), {}).catch(() => {});
    expect(count('GetObject')).toBe(0);
  });

  it('is replaced if an earlier upload was damaged', async () => {
    const source = small();
    await put(source);
    const object = bucket.objects.get(KEY);
    if (object) bucket.objects.set(KEY, { ...object, bytes: Buffer.from('a fiml'), etag: 'd'.repeat(32) });
    await put(source);
  });
});

describe('a name', () => {
  it.each(['in parts', 'in one piece'])('that another file takes meanwhile is left to it: %s', async (how) => {
    const operation = how === 'in parts' ? 'CompleteMultipartUpload' : 'PutObject';
    const other = { bytes: Buffer.from('another'), etag: 'x', headers: {}, modifiedAt: new Date() };
    server.onRequest((call) => {
      if (call.operation === operation) bucket.objects.set(KEY, other);
      return undefined;
    });
    const { store, uploads } = open();
    const source = how === 'in parts' ? large() : small();
    await expect(store.put('rome.mp4', source, source.facts)).rejects.toMatchObject({ code: 'invalid-input' });
    expect([bucket.objects.get(KEY), bucket.uploads.size]).toEqual([other, 0]);
    expect(await Array.fromAsync(uploads.find())).toEqual([]);
  });

  it.each(['in parts', 'in one piece'])('is left to another program’s file of the same length: %s', async (how) => {
    const operation = how === 'in parts' ? 'CompleteMultipartUpload' : 'PutObject';
    const source = how === 'in parts' ? large() : small();
    const other = { bytes: Buffer.alloc(source.bytes.length, 1), etag: 'x', headers: {}, modifiedAt: new Date() };
    server.onRequest((call) => {
      if (call.operation === operation) bucket.objects.set(KEY, other);
      return undefined;
    });
    await expect(open().store.put('rome.mp4', source, source.facts)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(bucket.objects.get(KEY)).toBe(other);
  });

  it('is left to one that comes before the end, where the store ignores the condition of that', async () => {
    const source = large();
    const other = { bytes: Buffer.alloc(source.bytes.length, 1), etag: 'x', headers: {}, modifiedAt: new Date() };
    server.onRequest((call) => {
      if (call.operation === 'UploadPart') bucket.objects.set(KEY, other);
      if (call.operation === 'CompleteMultipartUpload') bucket.objects.delete(KEY);
      return undefined;
    });
    await expect(open().store.put('rome.mp4', source, source.facts)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(bucket.objects.get(KEY)).toBe(other);
  });

  it('is not sent again when the answer is lost, and not taken for another’s', async () => {
    failing('PutObject', { kind: 'lose' });
    await put(small());
    expect(count('PutObject')).toBe(1);
  });

  it('is looked at where the store knows no condition', async () => {
    server.onRequest(({ headers }) =>
      headers['if-none-match'] ? { kind: 'refuse', status: 501, code: 'NotImplemented' } : undefined,
    );
    const given = open();
    await put(small(), {}, given);
    const other = sourceOf('another');
    await expect(given.store.put('rome.mp4', other, other.facts)).rejects.toMatchObject({ code: 'invalid-input' });
    bucket.objects.clear();
    await put(large(), {}, given);
  });

  it('counts once what a store takes only without the condition', async () => {
    server.onRequest(({ headers }) => {
      if (!headers['if-none-match']) return undefined;
      const refuse = (response: ServerResponse) => response.writeHead(501, { 'content-length': 0 }).end();
      return { kind: 'answer', with: (request, response) => request.resume().on('end', () => refuse(response)) };
    });
    const seen: number[] = [];
    await put(small(), { onProgress: (bytes) => seen.push(bytes) });
    expect([seen, count('PutObject')]).toEqual([['a film'.length], 2]);
  });

  describe('of which the store may not say whether it is free', () => {
    const hidden = ({ operation }: SeenCall): Fault | undefined =>
      operation === 'HeadObject' && !bucket.objects.has(KEY) ? { kind: 'refuse', status: 403 } : undefined;

    it('is not used, and the message names the right', async () => {
      server.onRequest(hidden);
      const source = small();
      const { store } = open();
      const failure = { code: 'auth', message: expect.stringContaining('s3:ListBucket') };
      await expect(store.put('rome.mp4', source, source.facts)).rejects.toMatchObject(failure);
      await expect(store.stat('rome.mp4')).rejects.toMatchObject({ code: 'auth' });
      expect(count('PutObject')).toBe(0);
    });

    it.each(['in parts', 'in one piece'])('is used if it is the file’s own: %s', async (how) => {
      server.onRequest(hidden);
      await put(how === 'in parts' ? large() : small(), { isOwnName: true });
    });
  });
});

describe('the record of an upload', () => {
  const interrupted = async (given = open(), source = large()) => {
    const controller = new AbortController();
    let parts = 0;
    server.onRequest(({ operation }) => {
      if (operation === 'UploadPart') parts += 1;
      if (parts < 3) return undefined;
      controller.abort();
      return { kind: 'silent' };
    });
    const failure = { code: 'aborted' };
    const options = { signal: controller.signal };
    await expect(given.store.put('rome.mp4', source, source.facts, options)).rejects.toMatchObject(failure);
    server.onRequest(() => undefined);
    server.calls.length = 0;
    return { source, uploads: given.uploads };
  };

  it('has its id before the first part', async () => {
    const uploads = uploadStore();
    const seen: unknown[] = [];
    server.onRequest(({ operation, target }) => {
      if (operation === 'UploadPart') {
        seen.push(uploads.listSync().map(({ uploadId }) => target.includes(uploadId)));
      }
      return undefined;
    });
    await put(large(), {}, open({ uploads }));
    expect(seen).toEqual([[true], [true], [true]]);
  });

  it('is needed: without it no part is sent, and nothing is left', async () => {
    const uploads = { ...uploadStore(), update: () => Promise.reject(new Error('disk full')) };
    const source = large();
    await expect(open({ uploads }).store.put('rome.mp4', source, source.facts)).rejects.toThrow();
    expect([count('UploadPart'), bucket.uploads.size]).toEqual([0, 0]);
  });

  it('sends a part again that the store has with other bytes', async () => {
    const { source, uploads } = await interrupted();
    const [upload] = bucket.uploads.values();
    upload?.parts.set(1, { bytes: Buffer.alloc(PART), md5: Buffer.alloc(16) });
    await put(source, {}, open({ uploads }));
    expect(count('UploadPart')).toBe(2);
  });

  it('ends another file’s upload to the same name by its id', async () => {
    const { uploads } = await interrupted();
    const other = sourceOf(Buffer.alloc(3 * PART, 'other'));
    await put(other, {}, open({ uploads }));
    expect([count('AbortMultipartUpload'), bucket.uploads.size]).toEqual([1, 0]);
  });

  it('is left alone while its owner lives, however old it is', async () => {
    const { uploads } = await interrupted(open({ owner: { name: 'alive', isSurelyDead: () => false } }));
    const [one] = uploads.find ? await Array.fromAsync(uploads.find()) : [];
    const leasedUntil = new Date(Date.now() + 60_000).toISOString();
    await uploads.update(
      one?.id ?? '',
      (current) => current && { ...current, startedAt: '2026-01-01T00:00:00Z', leasedUntil },
    );
    const sweeper = open({ uploads, owner: { name: 'sweeper', isSurelyDead: (name) => name !== 'alive' } });
    expect(await sweeper.store.sweepUploads({ graceMs: 0 })).toBe(0);
    expect(bucket.uploads.size).toBe(1);
  });

  it('is swept when its owner is dead, by the id on record alone', async () => {
    const { uploads } = await interrupted(open({ owner: { name: 'dead', isSurelyDead: () => false } }));
    bucket.uploads.set('of another program', { key: KEY, headers: {}, parts: new Map() });
    const sweeper = open({ uploads });
    expect(await sweeper.store.sweepUploads()).toBe(0);
    expect(await sweeper.store.sweepUploads({ graceMs: 0 })).toBe(1);
    expect([...bucket.uploads.keys(), ...(await Array.fromAsync(uploads.find()))]).toEqual(['of another program']);
    expect(count('ListMultipartUploads')).toBe(0);
  });

  it('goes with what is left beside one name, and no other', async () => {
    const { uploads } = await interrupted(open({ owner: { name: 'dead', isSurelyDead: () => false } }));
    const { store } = open({ uploads });
    for (const other of ['rome.mp', 'rome.mp4.webp', 'oslo.mp4']) await store.removeLeftovers(other);
    expect(bucket.uploads.size).toBe(1);
    await store.removeLeftovers('rome.mp4');
    expect([bucket.uploads.size, await Array.fromAsync(uploads.find())]).toEqual([0, []]);
  });

  it('is looked for with the files of a process that runs for long, once an hour', async () => {
    const given = open();
    const { facts, ...source } = sourceOf('a film');
    const looks = vi.spyOn(given.uploads, 'find');
    const looksAfter = async (hours: number) => {
      for (let minutes = 0; minutes < hours * 60; minutes += 1) given.clock.expire();
      await given.store.put('film.mp4', source, facts);
      await given.store.remove('film.mp4');
      return looks.mock.calls.filter(([query]) => query?.after?.endsWith('/reel/videos/')).length;
    };
    expect([await looksAfter(0), await looksAfter(0), await looksAfter(1), await looksAfter(0)]).toEqual([1, 1, 2, 2]);
  });

  it('stays while the upload cannot be aborted, for the next time', async () => {
    const { uploads } = await interrupted(open({ owner: { name: 'dead', isSurelyDead: () => false } }));
    const sweeper = open({ uploads });
    server.onRequest(() => ({ kind: 'cut' }));
    expect(await sweeper.store.sweepUploads({ graceMs: 0 })).toBe(0);
    expect(await Array.fromAsync(uploads.find())).toHaveLength(1);
    server.onRequest(() => undefined);
    expect(await sweeper.store.sweepUploads({ graceMs: 0 })).toBe(1);
    expect(bucket.uploads.size).toBe(0);
  });

  it('of another prefix is none of its business', async () => {
    const { uploads } = await interrupted(open({ owner: { name: 'dead', isSurelyDead: () => false } }));
    expect(await open({ uploads, area: 'video' }).store.sweepUploads({ graceMs: 0 })).toBe(0);
    expect(await open({ uploads, area: 'videos/rome' }).store.sweepUploads({ graceMs: 0 })).toBe(0);
  });
});
