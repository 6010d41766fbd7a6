import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { isReelError } from '#lib/base/errors.ts';
import { addMediaItem, adoptFiles, type MediaLibrary, saveAllToDisk, saveVideoToDisk } from '#lib/media/index.ts';
import type { Capturing } from '#lib/media/migrate/capturing.ts';
import { saveAll } from '#lib/media/migrate/save-all.server.ts';
import { capturingWith } from '#lib/media/save/fetching.server.ts';
import { settlingWith } from '#lib/media/save/left-parts.server.ts';
import { fileHandlePrototype } from '../../../fixtures/file-handle.ts';
import { mediaProject } from '../../../fixtures/media/library.ts';
import { makeMp4 } from '../../../fixtures/mp4/mp4.ts';
import { loopback } from '../../../fixtures/wire/loopback.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const DAY_MS = 24 * 3_600_000;
const VIDEOS = 'projects/p1/videos';
const prototype = await fileHandlePrototype();

/** Calls `at` wherever a save-all does something that can be seen from outside. */
interface Hook {
  at: () => void;
}

const hookedClock = (hook: Hook) => ({
  ...systemClock,
  now() {
    hook.at();
    return systemClock.now();
  },
});

function hookedStore({ store }: MediaLibrary, hook: Hook): MediaLibrary['store'] {
  return {
    ...store,
    async *find(query) {
      hook.at();
      yield* store.find(query);
      hook.at();
    },
    async update(key, mutate, needs) {
      hook.at();
      const stored = await store.update(
        key,
        (current, step) => {
          hook.at();
          return mutate(current, step);
        },
        needs,
      );
      hook.at();
      return stored;
    },
  };
}

function hookedCapturing(hook: Hook): Capturing {
  const capturing = capturingWith({ clock: hookedClock(hook) });
  return {
    ...capturing,
    extensionOf(record) {
      hook.at();
      return capturing.extensionOf(record);
    },
    async fetch(path, record, options) {
      hook.at();
      const fields = await capturing.fetch(path, record, options);
      hook.at();
      return fields;
    },
  };
}

/** Writes and syncs of every file. */
function hookFiles(hook: Hook): void {
  const { write, sync } = prototype;
  onTestFinished(() => void Object.assign(prototype, { write, sync }));
  prototype.write = function (...given) {
    hook.at();
    return write.apply(this, given);
  };
  prototype.sync = function () {
    hook.at();
    return sync.apply(this);
  };
}

/** A library with one film on disk, and two at a provider that hands them over in two pieces. */
async function given(origin: string) {
  const library = mediaProject();
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName: 'disk.mp4', fileData: film });
  if (!saved.success) throw new Error(saved.error);
  await addMediaItem('p1', { id: 'disk', localPath: saved.localPath, fileSize: saved.sizeBytes });
  for (const id of ['a', 'b']) await addMediaItem('p1', { id, name: `Film ${id}`, originalUrl: `${origin}/${id}` });
  return library;
}

/** Without locks that could not be removed, which are held by nobody. */
function filesIn(root: string): Buffer[] {
  const names = readdirSync(join(root, VIDEOS)).filter((name) => !name.endsWith('.lock'));
  return names.map((name) => readFileSync(join(root, VIDEOS, name)));
}

it('the root renamed away at any point: nothing is made in its place, nothing is lost, and it goes on once it is back', async () => {
  const hook: Hook = { at: () => {} };
  const origin = await loopback((_request, response) => {
    hook.at();
    response.setHeader('content-length', film.length);
    response.write(film.subarray(0, 1000), () => {
      hook.at();
      response.end(film.subarray(1000));
    });
  });
  hookFiles(hook);
  let points = 0;
  for (let isReached = true; isReached; ) {
    const library = await given(origin);
    let left = points;
    hook.at = () => {
      if (left === 0) renameSync(library.root, `${library.root}-away`);
      left -= 1;
    };
    const tools = { library: { ...library, store: hookedStore(library, hook) }, clock: hookedClock(hook) };
    const options = { onProgress: () => hook.at() };
    const end = await saveAll('p1', options, {
      ...tools,
      capturing: hookedCapturing(hook),
      settleParts: settlingWith({}),
    }).catch((error) => error);
    hook.at = () => {};
    isReached = left < 0;
    const what = `away at point ${points}`;
    if (isReached) expect(existsSync(library.root), what).toBe(false);
    if (isReached) renameSync(`${library.root}-away`, library.root);
    if (isReelError(end)) expect(end.code, what).toBe('disk');
    else expect(end, what).toMatchObject({ saved: [{}, {}], alreadyThere: [{}], lost: [], failed: [] });
    expect(readFileSync(join(library.root, 'media-items.json'), 'utf8'), what).not.toContain('lostReason');

    const again = await saveAllToDisk('p1');
    expect(again.saved.length + again.alreadyThere.length, what).toBe(3);
    // A name that was taken just when the root went away stays taken for a day, by an empty part file.
    await adoptFiles({ clock: { ...systemClock, now: () => Date.now() + 2 * DAY_MS } });
    expect(filesIn(library.root), what).toEqual([film, film, film]);
    points += 1;
  }
  // As many as there are steps; fewer would mean that the hooks no longer reach them.
  expect(points).toBeGreaterThan(40);
}, 120_000);
