import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { addMediaItem, type MediaLibrary, saveVideoToDisk } from '#lib/media/index.ts';
import type { Capturing } from '#lib/media/migrate/capturing.ts';
import { saveItem } from '#lib/media/migrate/save-item.server.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const LINK = 'https://films.example/a.mp4';

/** An item of a library, and what fetches it, which nobody is to call. */
async function given(fields: { originalUrl?: string; isSaved?: boolean }) {
  const library = mediaProject();
  const { isSaved = false, ...item } = fields;
  const saved = isSaved ? await saveVideoToDisk({ projectId: 'p1', fileName: 'a.mp4', fileData: film }) : undefined;
  const localPath = saved?.success ? { localPath: saved.localPath, fileSize: saved.sizeBytes } : {};
  const { id } = await addMediaItem('p1', { id: 'a', ...item, ...localPath });
  const record = await library.store.get(`p1/${id}`);
  if (!record) throw new Error('no record');
  const fetch = vi.fn<Capturing['fetch']>();
  const capturing: Capturing = { extensionOf: () => '.mp4', inspect: async () => undefined, fetch };
  const saveWith = (store: MediaLibrary['store']) =>
    saveItem({ ...library, store }, record, { clock: systemClock, capturing, onBytes: () => {}, onSent: undefined });
  const save = () => saveWith(library.store);
  return {
    ...library,
    fetch,
    save,
    saveWith,
    text: () => readFileSync(join(library.root, 'media-items.json'), 'utf8'),
  };
}

it.each([
  ['a file', { isSaved: true }],
  ['a file and a link', { isSaved: true, originalUrl: LINK }],
  ['a link', { originalUrl: LINK }],
  ['neither', {}],
])('with the drive away, an item that has %s is not lost, and nothing is made or changed', async (_what, fields) => {
  const { root, fetch, save, text } = await given(fields);
  const before = text();
  renameSync(root, `${root}-away`);
  await expect(save()).rejects.toMatchObject({ code: 'disk', message: expect.stringContaining('offline') });
  expect(existsSync(root)).toBe(false);
  renameSync(`${root}-away`, root);
  expect(text()).toBe(before);
  expect(fetch).not.toHaveBeenCalled();
});

it.each([
  ['a file', { isSaved: true }, 'alreadyThere'],
  ['nothing', {}, 'lost'],
])('with the drive there, an item that has %s is settled', async (_what, fields, kind) => {
  expect(await (await given(fields)).save()).toMatchObject({ kind });
});

it('a file that is not the one on record is not said to be gone, and stays', async () => {
  const { root, save } = await given({ isSaved: true });
  const path = join(root, 'projects/p1/videos/a.mp4');
  writeFileSync(path, 'another one');
  expect(await save()).toMatchObject({ kind: 'lost', reason: expect.stringContaining('is gone or was changed') });
  expect(readFileSync(path, 'utf8')).toBe('another one');
});

it('a name that could not be put on record is free again', async () => {
  const { root, store, saveWith } = await given({ originalUrl: LINK });
  const full = new ReelError('disk-full', 'The disk is full.', { stage: 'recording' });
  const update: typeof store.update = (key, mutate, needs) => {
    const refusing: typeof mutate = (current, step) => {
      const next = mutate(current, step);
      if (next?.savingAs !== undefined) throw full;
      return next;
    };
    return store.update(key, refusing, needs);
  };
  expect(await saveWith({ ...store, update })).toMatchObject({ kind: 'failed', error: { code: 'disk-full' } });
  expect(readdirSync(join(root, 'projects/p1/videos'))).toEqual([]);
});
