import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createJsonFileStore } from '#lib/stores/records/json-file-store.server.ts';
import { plainFormat } from '../../fixtures/records/plain-format.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const schema = z.looseObject({ id: z.string() });

function marked(folder = temporaryFolder()) {
  const path = `${folder}/records.json`;
  const open = () => createJsonFileStore({ path, format: plainFormat(schema, ({ id }) => id), isMarked: true });
  const put = (id: string, store = open()) => store.update(id, () => ({ id }));
  return { path, open, put, mark: `${path}.store.json` };
}

describe('the mark of a records file', () => {
  it('says whether there were records, and is written only when that changes', async () => {
    const { open, put, mark } = marked();
    const store = open();
    expect(store.markSync()).toBeUndefined();
    await put('a', store);
    expect(store.markSync()).toEqual({ hasRecords: true });
    const first = statSync(mark).ino;
    await put('b', store);
    await Promise.all(Array.from({ length: 20 }, (_, index) => put(String(index), store)));
    await put('c', open());
    expect(statSync(mark).ino).toBe(first);
  });

  it('follows the deletion of the last record, and the next one', async () => {
    const { open, put } = marked();
    await put('a');
    await open().update('a', () => undefined);
    expect(open().markSync()).toEqual({ hasRecords: false });
    await put('b');
    expect(open().markSync()).toEqual({ hasRecords: true });
  });

  it.each([
    ['removed', (path: string) => rmSync(path)],
    ['emptied', (path: string) => writeFileSync(path, '[]')],
  ])(
    'keeps which records are missing since the file was %s, as far as the writer has seen them',
    async (_how, harm) => {
      const { path, open, put } = marked();
      const store = open();
      await put('a', store);
      await put('b', store);
      harm(path);
      expect(store.listSync()).toEqual([]);
      await put('a', store);
      expect(store.markSync()).toEqual({ hasRecords: true, lost: { keys: ['b'] } });
    },
  );

  it('says that nobody knows which, where the writer has seen none', async () => {
    const { path, open, put } = marked();
    await put('a');
    rmSync(path);
    await put('b');
    expect(open().markSync()).toEqual({ hasRecords: true, lost: {} });
  });

  it('has nothing to say of a file whose only record was written again', async () => {
    const { path, open, put } = marked();
    const store = open();
    await put('a', store);
    rmSync(path);
    await put('a', store);
    expect(store.markSync()).toEqual({ hasRecords: true });
  });

  it('keeps a vanished file from being made again by a reader', async () => {
    const { path, open, put } = marked();
    await put('a');
    rmSync(path);
    expect(open().listSync()).toEqual([]);
    expect(() => readFileSync(path)).toThrow('ENOENT');
  });

  it('is written anew where it is spoilt, and keeps what others have put there', async () => {
    const { open, put, mark } = marked();
    writeFileSync(mark, '{"hasRec');
    await put('a');
    expect(open().markSync()).toEqual({ hasRecords: true });
    writeFileSync(mark, '{"hasRecords":false,"theirs":1}');
    await put('b');
    expect(open().markSync()).toEqual({ hasRecords: true, theirs: 1 });
  });
});
