import { expect, it } from 'vitest';
import { keepFile, keptFile } from '#lib/components/media/browser/file-shelf.ts';
import { filmFile, keptEntry, MemoryShelf } from '../../../fixtures/media/memory-shelf.ts';

it('keeps the file itself', async () => {
  const shelf = new MemoryShelf();
  await keepFile(shelf, keptEntry(), filmFile());
  expect(shelf.kept.get('a')?.body).toBeInstanceOf(Blob);
  expect(await (await keptFile(shelf, keptEntry()))?.text()).toBe('mp4');
});

it('keeps its bytes where a browser refuses files, and gives back a file of its type', async () => {
  const shelf = new MemoryShelf();
  shelf.refusing = 'blobs';
  await keepFile(shelf, keptEntry(), filmFile());
  expect(shelf.kept.get('a')?.body).toBeInstanceOf(ArrayBuffer);
  const file = await keptFile(shelf, keptEntry());
  expect([await file?.text(), file?.type]).toEqual(['mp4', 'video/mp4']);
});

it('says so where a browser takes neither', async () => {
  const shelf = new MemoryShelf();
  shelf.refusing = 'everything';
  await expect(keepFile(shelf, keptEntry(), filmFile())).rejects.toThrow('unknown error');
});

it.each([
  ['less than it took', new Blob(['m'])],
  ['nothing', undefined],
])('does not count as kept what comes back as %s', async (_what, back) => {
  const shelf = new MemoryShelf();
  shelf.body = async () => back;
  await expect(keepFile(shelf, keptEntry(), filmFile())).rejects.toThrow('did not keep');
  expect(shelf.kept.size).toBe(0);
});

it('does not count as kept what cannot be read', async () => {
  const shelf = new MemoryShelf();
  const unreadable = new Blob(['mp4']);
  unreadable.slice = () => Object.assign(new Blob(), { arrayBuffer: async () => new ArrayBuffer(0) });
  shelf.body = async () => unreadable;
  await expect(keepFile(shelf, keptEntry(), filmFile())).rejects.toThrow('did not keep');
});
