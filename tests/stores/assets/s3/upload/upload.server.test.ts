import { describe, expect, it } from 'vitest';
import { ContentTags } from '#lib/stores/assets/s3/upload/content-tags.ts';
import { PartBuffers } from '#lib/stores/assets/s3/upload/part-source.server.ts';
import {
  counting,
  isUploadGone,
  PARTS_AT_ONCE,
  sendParts,
  sendWhole,
  tagOf,
  UploadGone,
} from '#lib/stores/assets/s3/upload/upload.server.ts';
import { sourceOf } from '../../../../contracts/asset-store.ts';
import { MemoryObjects, sdkError } from '../../../../fixtures/servers/memory-objects.ts';

const PART = 4;

/** An upload of the text in parts of four bytes. */
async function open(text: string) {
  const store = new MemoryObjects();
  const source = sourceOf(text);
  const { facts } = source;
  const key = 'rome.mp4';
  const uploadId = await store.createUpload(key, facts);
  const upload = {
    ...{ id: 'x', place: 's3://films', key, uploadId, sizeBytes: facts.sizeBytes, sha256: facts.sha256 },
    ...{ partBytes: PART, startedAt: '', owner: 'me', leasedUntil: '' },
  };
  const seen: number[] = [];
  const transfer = {
    store,
    buffers: new PartBuffers(PART),
    signal: undefined,
    onSent: (bytes: number) => seen.push(bytes),
  };
  const parts = () => store.calls.filter((call) => call.startsWith('part'));
  return { store, source, key, upload, seen, transfer, parts, send: () => sendParts(upload, source, transfer) };
}

describe('the parts of a file', () => {
  it('are sent once each, and have the tag of the whole', async () => {
    const { store, source, upload, key, send, parts, seen, transfer } = await open('abcdefghij');
    const { parts: sent, tag } = await send();
    await store.completeUpload(upload, sent);
    expect(store.objects.get(key)).toMatchObject({ bytes: source.bytes, etag: tag });
    expect([parts(), seen.at(-1)]).toEqual([['part 1', 'part 2', 'part 3'], 10]);
    expect(await tagOf(source, transfer.buffers)).toBe(tag);
  });

  it('are left out where the store has them, but not where it has other bytes or another size', async () => {
    const { store, upload, send, parts, seen } = await open('abcdefghij');
    const had = store.uploads.get(upload.uploadId)?.parts;
    for (const [number, text] of [
      [1, 'abcd'],
      [2, 'xxxx'],
      [3, 'i'],
    ] as const) {
      await store.uploadPart(upload, { number, bytes: Buffer.from(text) }, {});
    }
    store.calls.length = 0;
    const { parts: sent } = await send();
    expect([parts(), had?.get(2)?.bytes.toString()]).toEqual([['part 2', 'part 3'], 'efgh']);
    expect([sent.map(({ number }) => number), seen.at(-1)]).toEqual([[1, 2, 3], 10]);
  });

  it('are on their way four at once, and no more', async () => {
    const { store, send } = await open('x'.repeat(PART * 9));
    let [now, most] = [0, 0];
    store.onRequest = async (call, moment) => {
      if (!call.startsWith('part')) return;
      now += moment === 'before' ? 1 : -1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
    };
    await send();
    expect(most).toBe(PARTS_AT_ONCE);
  });

  it('are all back before it fails: what arrives after an abort would stay', async () => {
    const { store, send } = await open('x'.repeat(PART * 3));
    const settled: string[] = [];
    const third = Promise.withResolvers<void>();
    store.onRequest = async (call, moment) => {
      if (call === 'part 3') third.resolve();
      if (!call.startsWith('part') || moment === 'before') return;
      await third.promise;
      if (call === 'part 1') throw sdkError(400, 'InvalidRequest');
      await new Promise((resolve) => setImmediate(resolve));
      settled.push(call);
    };
    await expect(send()).rejects.toMatchObject({ name: 'InvalidRequest' });
    expect(settled).toEqual(['part 2', 'part 3']);
  });

  it.each([
    ['before', 'listParts'],
    ['meanwhile', 'part 2'],
  ])('cannot be sent where the store has forgotten the upload %s', async (_when, call) => {
    const { store, upload, send } = await open('abcdefghij');
    if (call === 'listParts') store.uploads.delete(upload.uploadId);
    store.onRequest = (one) => {
      if (one === call && one !== 'listParts') throw sdkError(404, 'NoSuchUpload');
    };
    await expect(send()).rejects.toBeInstanceOf(UploadGone);
  });
});

describe('a file of one part', () => {
  it('has its tag also when the answer is lost, and gives its memory back', async () => {
    const { store, source, key, transfer, seen } = await open('abc');
    const tags = new ContentTags();
    store.onRequest = (call, moment) => {
      if (call === 'put' && moment === 'sent') throw sdkError(500, 'InternalError');
    };
    const sent = sendWhole(key, source, transfer, { tags, count: counting(transfer.onSent) });
    await expect(sent).rejects.toThrow('InternalError');
    expect([tags.ofPiece, seen]).toEqual([await tagOf(source, transfer.buffers), [3]]);
    const again = transfer.buffers.take();
    expect(transfer.buffers.take()).not.toBe(again);
  });
});

it('a progress never falls, and passes no byte twice', () => {
  const seen: number[] = [];
  const count = counting((bytes) => seen.push(bytes));
  for (const bytes of [4, 4, -8, 4, 4, 2]) count.add(bytes);
  expect(seen).toEqual([4, 8, 10]);
});

it.each([
  [404, 'NoSuchUpload', true],
  [404, 'NotFound', true],
  [400, 'NoSuchUpload', true],
  [404, 'NoSuchBucket', false],
  [503, 'SlowDown', false],
])('%i %s means that an upload is gone: %s', (status, code, isGone) => {
  expect(isUploadGone({ status, code })).toBe(isGone);
});
