import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AssetRange, AssetStore } from '#lib/stores/assets/asset-store.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** Opens one more connection to the same assets. */
type Connect = () => AssetStore;

const MIB = 1024 * 1024;
const NOBODYS = 'f'.repeat(64);

/** A file with this content, outside of any store, and what is known of it. */
export function sourceOf(content: string | Uint8Array) {
  const bytes = Buffer.from(content);
  const path = join(temporaryFolder(), 'source');
  writeFileSync(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, bytes, facts: { sizeBytes: bytes.length, sha256, mimeType: 'video/mp4', metadata: { spot: 'rome' } } };
}

/**
 * What every adapter of `AssetStore` promises. Call it once in the adapter's own test file.
 * @param open makes a place without assets, and how to connect to it
 */
export function describeAssetStore(name: string, open: () => Connect): void {
  let store: AssetStore;
  let other: AssetStore;
  const put = (assetName: string, content: string | Uint8Array, to = store) => {
    const source = sourceOf(content);
    return to.put(assetName, source, source.facts);
  };
  const read = async (assetName: string, range?: AssetRange, from = store) =>
    Buffer.from(await new Response(await from.open(assetName, range)).arrayBuffer()).toString();
  const names = async (prefix = '', from = store) =>
    (await Array.fromAsync(from.list(prefix))).map((asset) => asset.name);

  beforeEach(() => {
    const connect = open();
    store = connect();
    other = connect();
  });

  describe(`${name}: storing`, () => {
    it('keeps the content and says what it has', async () => {
      const before = Date.now();
      const { facts } = sourceOf('a film');
      const asset = await put('rome-now.mp4', 'a film');
      expect(asset).toEqual({
        ...{ name: 'rome-now.mp4', sizeBytes: 6, sha256: facts.sha256 },
        modifiedAt: expect.any(Date),
      });
      expect(Math.abs(asset.modifiedAt.getTime() - before)).toBeLessThan(60_000);
      expect(await store.stat('rome-now.mp4')).toMatchObject({
        ...{ name: 'rome-now.mp4', sizeBytes: 6, modifiedAt: asset.modifiedAt },
      });
      expect([await read('rome-now.mp4'), await read('rome-now.mp4', undefined, other)]).toEqual(['a film', 'a film']);
    });

    it('takes an empty file, and one of many pieces, and reports its progress', async () => {
      const large = sourceOf(Buffer.alloc(3 * MIB + 17, 'reel'));
      const seen: number[] = [];
      await store.put('large.mp4', large, large.facts, { onProgress: (bytes) => seen.push(bytes) });
      expect(await store.stat('large.mp4')).toMatchObject({ sizeBytes: large.bytes.length });
      expect(await read('large.mp4')).toBe(large.bytes.toString());
      expect(seen.length).toBeGreaterThan(1);
      expect([seen, seen.at(-1)]).toEqual([seen.toSorted((a, b) => a - b), large.bytes.length]);
      await put('empty.mp4', '');
      expect([await read('empty.mp4'), (await store.stat('empty.mp4'))?.sizeBytes]).toEqual(['', 0]);
    });

    it('is not disturbed by a listener that throws', async () => {
      const source = sourceOf('a film');
      const onProgress = () => {
        throw new Error('mine');
      };
      await store.put('rome.mp4', source, source.facts, { onProgress });
      expect(await read('rome.mp4')).toBe('a film');
    });

    it.each([
      ['more bytes', { sizeBytes: 5 }],
      ['fewer bytes', { sizeBytes: 7 }],
      ['other bytes', { sha256: NOBODYS }],
    ])('refuses a file of %s than were verified, and stores nothing', async (_what, wrong) => {
      const source = sourceOf('a film');
      await expect(store.put('rome.mp4', source, { ...source.facts, ...wrong })).rejects.toMatchObject({
        ...{ code: 'integrity', message: expect.stringContaining(source.path) },
      });
      expect([await store.stat('rome.mp4'), await names()]).toEqual([undefined, []]);
      await put('rome.mp4', 'a film');
    });

    it.each([
      { sizeBytes: -1 },
      { sizeBytes: 1.5 },
      { sizeBytes: Number.NaN },
      { sha256: '' },
      { sha256: NOBODYS.toUpperCase() },
    ])('refuses facts that prove nothing: %j', async (wrong) => {
      const source = sourceOf('a film');
      await expect(store.put('rome.mp4', source, { ...source.facts, ...wrong })).rejects.toMatchObject({
        code: 'invalid-input',
      });
      expect(await names()).toEqual([]);
    });

    it('refuses a file that is not there', async () => {
      const { path, facts } = sourceOf('a film');
      await expect(store.put('rome.mp4', { path: `${path}.gone` }, facts)).rejects.toMatchObject({ code: 'disk' });
      expect(await names()).toEqual([]);
    });

    it('never puts a file over another one', async () => {
      await put('rome.mp4', 'the first');
      for (const content of ['another', 'the other']) {
        await expect(put('rome.mp4', content, other)).rejects.toMatchObject({
          ...{ code: 'invalid-input', message: expect.stringContaining('rome.mp4') },
        });
      }
      expect([await read('rome.mp4'), await names()]).toEqual(['the first', ['rome.mp4']]);
    });

    it('leaves the same content as it is', async () => {
      const first = await put('rome.mp4', 'a film');
      expect(await put('rome.mp4', 'a film', other)).toEqual(first);
      expect(await names()).toEqual(['rome.mp4']);
    });

    it('gives a name to one of many that want it at once; those with the same content all have it', async () => {
      const contents = ['one', 'two', 'one', 'two'];
      const outcomes = await Promise.allSettled(
        contents.map((content, index) => put('rome.mp4', content, index % 2 ? store : other)),
      );
      const winner = await read('rome.mp4');
      const expected = contents.map((content) => (content === winner ? 'fulfilled' : 'rejected'));
      expect(outcomes.map(({ status }) => status)).toEqual(expected);
      expect(await names()).toEqual(['rome.mp4']);
    });

    it('stores nothing when it is cancelled, before or in the midst', async () => {
      const source = sourceOf(Buffer.alloc(4 * MIB, 'reel'));
      await expect(store.put('rome.mp4', source, source.facts, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'aborted',
      });
      const controller = new AbortController();
      const options = { signal: controller.signal, onProgress: () => controller.abort() };
      await expect(store.put('rome.mp4', source, source.facts, options)).rejects.toMatchObject({ code: 'aborted' });
      expect([await store.stat('rome.mp4'), await names()]).toEqual([undefined, []]);
    });
  });

  describe(`${name}: reading`, () => {
    it.each<[string, AssetRange, string]>([
      ['from a byte on', { start: 4 }, '456789'],
      ['with both ends', { start: 2, end: 4 }, '234'],
      ['of one byte', { start: 9, end: 9 }, '9'],
      ['whose end lies behind the file', { start: 8, end: 1000 }, '89'],
      ['of the last bytes', { start: -3 }, '789'],
      ['of more last bytes than there are', { start: -100 }, '0123456789'],
      ['of all', { start: 0, end: 9 }, '0123456789'],
    ])('gives a range %s', async (_what, range, expected) => {
      await put('rome.mp4', '0123456789');
      expect(await read('rome.mp4', range)).toBe(expected);
    });

    it.each<AssetRange>([
      { start: 10 },
      { start: 4, end: 3 },
      { start: 0, end: -1 },
      { start: 0.5 },
      { start: 0, end: 2.5 },
      { start: Number.NaN },
    ])('refuses a range without a byte of the file: %j', async (range) => {
      await put('rome.mp4', '0123456789');
      await expect(store.open('rome.mp4', range)).rejects.toMatchObject({ code: 'invalid-input' });
      await put('empty.mp4', '');
      await expect(store.open('empty.mp4', { start: 0 })).rejects.toMatchObject({ code: 'invalid-input' });
    });

    it('can be left off', async () => {
      await put('rome.mp4', Buffer.alloc(2 * MIB, 'reel'));
      const stream = await store.open('rome.mp4');
      const reader = stream.getReader();
      expect((await reader.read()).value?.length).toBeGreaterThan(0);
      await reader.cancel();
      await store.remove('rome.mp4');
    });

    it('finds nothing where nothing is', async () => {
      await put('a/b.mp4', 'a film');
      for (const absent of ['rome.mp4', 'a', 'a/b', 'a/b.mp4x', 'x/y/z.mp4']) {
        expect(await store.stat(absent)).toBeUndefined();
        await expect(store.open(absent)).rejects.toMatchObject({ code: 'not-found' });
      }
    });
  });

  describe(`${name}: listing`, () => {
    it('lists by the beginning of the name, in the order of the names', async () => {
      for (const one of ['b.mp4', 'a/z.mp4', 'a.mp4', 'a-b.mp4', 'a/b/c.mp4', 'ab/c.mp4', 'B.mp4']) await put(one, one);
      expect(await names()).toEqual(['B.mp4', 'a-b.mp4', 'a.mp4', 'a/b/c.mp4', 'a/z.mp4', 'ab/c.mp4', 'b.mp4']);
      expect(await names('a/')).toEqual(['a/b/c.mp4', 'a/z.mp4']);
      expect(await names('a')).toEqual(['a-b.mp4', 'a.mp4', 'a/b/c.mp4', 'a/z.mp4', 'ab/c.mp4']);
      expect(await names('a/b', other)).toEqual(['a/b/c.mp4']);
      expect(await names('b.mp4')).toEqual(['b.mp4']);
      expect(await names('nothing/')).toEqual([]);
      const [first] = await Array.fromAsync(store.list('a/z'));
      expect(first).toMatchObject({ name: 'a/z.mp4', sizeBytes: 7, modifiedAt: expect.any(Date) });
    });

    it('lists nothing where nothing is stored', async () => {
      expect(await names()).toEqual([]);
    });
  });

  describe(`${name}: removing`, () => {
    it('removes what is there, and nothing else; again it does nothing', async () => {
      for (const one of ['a.mp4', 'a/b.mp4']) await put(one, one);
      await store.remove('a.mp4');
      await other.remove('a.mp4');
      await store.remove('a');
      await store.remove('never/there.mp4');
      expect([await store.stat('a.mp4'), await names()]).toEqual([undefined, ['a/b.mp4']]);
      await put('a.mp4', 'another');
      expect(await read('a.mp4')).toBe('another');
    });
  });

  describe(`${name}: names`, () => {
    const BAD = [
      '',
      '.',
      '..',
      '../a.mp4',
      'a/../../b.mp4',
      'a/..',
      './a.mp4',
      '/a.mp4',
      '/',
      'a//b.mp4',
      'a/',
      'C:\\a.mp4',
    ];
    const HIDDEN = [
      '.a.mp4',
      'a/.b/c.mp4',
      'a\\b.mp4',
      'a\0.mp4',
      'a\n.mp4',
      'a.mp4.part',
      'a.mp4.part.json',
      'a.',
      'a ',
    ];
    it.each([...BAD, ...HIDDEN, 'x'.repeat(201), `${'x/'.repeat(600)}a`])('refuses %j everywhere', async (bad) => {
      await put('a.mp4', 'a film');
      const { path, facts } = sourceOf('evil');
      const refused = { code: 'invalid-input' };
      await expect(store.put(bad, { path }, facts)).rejects.toMatchObject(refused);
      await expect(store.stat(bad)).rejects.toMatchObject(refused);
      await expect(store.open(bad)).rejects.toMatchObject(refused);
      await expect(store.remove(bad)).rejects.toMatchObject(refused);
      await expect(store.address(bad)).rejects.toMatchObject(refused);
      expect(await names()).toEqual(['a.mp4']);
    });

    it.each(['..', '../', '/', 'a/../', './', 'a//'])('refuses %j for the beginning of a name', async (bad) => {
      await expect(names(bad)).rejects.toMatchObject({ code: 'invalid-input' });
    });

    it.each([
      'rome-now.mp4',
      'rome-now.v2.mp4',
      'rome-now~7.mp4',
      'a/b c/d_e.webm',
      'città.mp4',
      'x'.repeat(200),
      'partly',
    ])('takes %j', async (good) => {
      await put(good, good);
      expect([await read(good), await names()]).toEqual([good, [good]]);
    });
  });
}
