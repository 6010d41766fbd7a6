import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import { type LocalCopyOrder, withLocalCopy } from '#lib/stores/assets/local-copy.server.ts';
import { createMemoryAssets } from '#lib/stores/assets/memory-assets.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const BYTES = Buffer.from('a film');
const sha256 = createHash('sha256').update(BYTES).digest('hex');

async function stored(more: Partial<LocalCopyOrder> = {}) {
  const store = createMemoryAssets();
  const folder = temporaryFolder();
  const source = join(temporaryFolder(), 'source');
  writeFileSync(source, BYTES);
  await store.put('film.mp4', { path: source }, { sizeBytes: BYTES.length, sha256, mimeType: 'video/mp4' });
  const beside = join(folder, 'films/film.mp4');
  const order = { store, name: 'film.mp4', beside, sizeBytes: BYTES.length, sha256, ...more };
  return { order, files: () => readdirSync(join(folder, 'films')), beside };
}

it('lends the file in the same folder, and removes it', async () => {
  const { order, files } = await stored();
  let path = '';
  const read = await withLocalCopy(order, async (copy) => {
    path = copy;
    expect(files()).toHaveLength(1);
    return readFileSync(copy);
  });
  expect(read).toEqual(BYTES);
  expect([existsSync(path), files()]).toEqual([false, []]);
});

it('removes it also where its use fails', async () => {
  const { order, files } = await stored();
  const failing = () => Promise.reject(new Error('used up'));
  expect(await rejection(withLocalCopy(order, failing))).toMatchObject({ message: 'used up' });
  expect(files()).toEqual([]);
});

it.each<[string, Partial<LocalCopyOrder>, string]>([
  ['of another size', { sizeBytes: 5 }, 'integrity'],
  ['with other bytes', { sha256: 'b'.repeat(64) }, 'integrity'],
  ['that is gone', { name: 'none.mp4' }, 'not-found'],
  ['that nobody waits for any more', { signal: AbortSignal.abort() }, 'aborted'],
])('lends none %s', async (_what, more, code) => {
  const { order, files } = await stored(more);
  expect(await rejection(withLocalCopy(order, async () => 'used'))).toMatchObject({ code });
  expect(files()).toEqual([]);
});

it('takes the word of a record that says little', async () => {
  const { order } = await stored({ sizeBytes: undefined, sha256: undefined });
  expect(await withLocalCopy(order, async () => 'used')).toBe('used');
});

it('removes what a killed process has left a day ago', async () => {
  const { order, files, beside } = await stored();
  await withLocalCopy(order, async () => {});
  const [old, young] = [temporaryPathFor(beside), temporaryPathFor(beside)];
  for (const path of [old, young]) writeFileSync(path, 'x');
  utimesSync(old, 0, 0);
  await withLocalCopy(order, async () => {});
  expect(files().map((name) => join(beside, '..', name))).toEqual([young]);
});
