import { describe, expect, it } from 'vitest';
import type { UploadOwner } from '#lib/stores/assets/s3/upload/upload-journal.server.ts';
import { UploadJournal } from '#lib/stores/assets/s3/upload/upload-journal.server.ts';
import { Uploader } from '#lib/stores/assets/s3/upload/uploader.server.ts';
import { sourceOf } from '../../../../contracts/asset-store.ts';
import { MemoryObjects, sdkError } from '../../../../fixtures/servers/memory-objects.ts';
import { uploadStore } from '../../../../fixtures/servers/s3-stores.ts';

const PART = 4;

function open(store = new MemoryObjects(), uploads = uploadStore(), owner: Partial<UploadOwner> = {}) {
  const journal = new UploadJournal(uploads, 's3://films', { name: 'me', isSurelyDead: () => false, ...owner });
  const read = async (key: string) => [store.objects.get(key)?.bytes ?? Buffer.alloc(0)];
  const uploader = new Uploader(
    store,
    async (key) =>
      (async function* () {
        yield* await read(key);
      })(),
    journal,
    { partBytesFor: () => PART, every: () => () => {} },
  );
  const seen: number[] = [];
  const put = (text: string, more: { signal?: AbortSignal; isOwnName?: boolean } = {}) => {
    const { path, facts } = sourceOf(text);
    const target = { key: 'rome.mp4', path, facts, address: 's3://films/rome.mp4', isOwnName: more.isOwnName ?? false };
    return uploader.put(target, { signal: more.signal, onSent: (bytes) => seen.push(bytes) });
  };
  return { store, uploads, uploader, put, seen, content: () => store.objects.get('rome.mp4')?.bytes.toString() };
}

describe('a file', () => {
  it.each([
    ['abcd', ['head', 'put', 'head']],
    ['abcde', ['head', 'createUpload', 'listParts', 'part 1', 'part 2', 'head', 'completeUpload', 'head']],
  ])('goes up in one piece or in parts, by its size: %s', async (text, calls) => {
    const { store, put, content, uploads, seen } = open();
    expect(await put(text)).toMatchObject({ sizeBytes: text.length });
    expect([store.calls, content(), uploads.listSync(), seen.at(-1)]).toEqual([calls, text, [], text.length]);
  });

  it('that is there already is not sent again', async () => {
    const { store, put } = open();
    await put('abcd');
    store.calls.length = 0;
    await put('abcd');
    expect(store.calls).toEqual(['head']);
  });

  it('counts as sent once, however often its request was refused', async () => {
    const { store, put, seen } = open();
    let refusals = 0;
    store.onRequest = (call, moment) => {
      if (call !== 'put' || moment === 'before' || refusals === 2) return;
      refusals += 1;
      throw sdkError(503, 'SlowDown');
    };
    await put('abcd');
    expect([seen, refusals]).toEqual([[4], 2]);
  });

  it('goes to a name of which nobody may say whether it is free only if that is its own', async () => {
    const { store, put, content } = open();
    store.onRequest = (call) => {
      if (call === 'head' && !store.objects.has('rome.mp4')) throw sdkError(403, 'AccessDenied');
    };
    await expect(put('abcd')).rejects.toMatchObject({ message: expect.stringContaining('s3:ListBucket') });
    await put('abcd', { isOwnName: true });
    expect(content()).toBe('abcd');
  });
});

describe('an upload that was stopped', () => {
  async function stopped() {
    const world = open();
    const stop = new AbortController();
    world.store.onRequest = (call, moment) => {
      if (call === 'part 2' && moment === 'sent') stop.abort();
    };
    await expect(world.put('abcdefghij', { signal: stop.signal })).rejects.toThrow();
    world.store.onRequest = () => {};
    return world;
  }

  it('stays on record, and goes on with what is missing', async () => {
    const { store, uploads } = await stopped();
    expect([uploads.listSync().length, store.uploads.size]).toEqual([1, 1]);
    store.calls.length = 0;
    const next = open(store, uploads, { name: 'next' });
    await next.put('abcdefghij');
    expect([next.content(), store.calls.includes('createUpload'), store.calls.includes('part 1')]).toEqual([
      ...['abcdefghij', false, false],
    ]);
  });

  it('is swept once nobody has gone on with it for long enough', async () => {
    const { store, uploads, uploader } = await stopped();
    expect([await uploader.sweep('', 3_600_000), store.uploads.size]).toEqual([0, 1]);
    expect([await uploader.sweep('other/', 0), await uploader.sweep('', 0)]).toEqual([0, 1]);
    expect([store.uploads.size, uploads.listSync()]).toEqual([0, []]);
  });
});
