import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';
import { createLocalFolder } from '#lib/stores/assets/local-folder.server.ts';
import { describeAssetStore, sourceOf } from '../../contracts/asset-store.ts';
import { fileHandlePrototype } from '../../fixtures/file-handle.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

describeAssetStore('local folder', () => {
  const folder = join(temporaryFolder(), 'videos');
  return () => createLocalFolder({ folder });
});

const LOCK = '.assets.lock.db';
let folder: string;
let store: AssetStore;
const at = (name: string) => join(folder, name);
const put = (name: string, content: string, to = store) => {
  const source = sourceOf(content);
  return to.put(name, source, source.facts);
};
const namesOf = async (prefix = '') => (await Array.fromAsync(store.list(prefix))).map(({ name }) => name);
const visible = () => readdirSync(folder).filter((name) => name !== LOCK);

beforeEach(() => {
  folder = join(temporaryFolder(), 'videos');
  store = createLocalFolder({ folder });
});

describe('a local folder of assets', () => {
  it('makes no folder until there is something to put there', async () => {
    expect([await namesOf(), await store.stat('a/b.mp4')]).toEqual([[], undefined]);
    await store.remove('a/b.mp4');
    expect(existsSync(folder)).toBe(false);
    await put('a/b.mp4', 'a film');
    expect(readFileSync(at('a/b.mp4'), 'utf8')).toBe('a film');
    expect(await store.address('a/b.mp4')).toBeUndefined();
  });

  it('leaves no temporary file behind, whether it stored something or not', async () => {
    await put('rome.mp4', 'a film');
    await put('rome.mp4', 'another').catch(() => {});
    const { path, facts } = sourceOf('a film');
    await store.put('bad.mp4', { path }, { ...facts, sha256: 'f'.repeat(64) }).catch(() => {});
    expect(visible()).toEqual(['rome.mp4']);
  });

  it('syncs the file and its folder before it says that the file is stored', async () => {
    const sync = vi.spyOn(await fileHandlePrototype(), 'sync');
    await put('rome.mp4', 'a film');
    expect(sync).toHaveBeenCalledTimes(2);
    sync.mockClear();
    await store.remove('rome.mp4');
    expect(sync).toHaveBeenCalledTimes(1);
    sync.mockRestore();
  });

  it.each(['write', 'sync'] as const)('stores nothing when a %s fails', async (call) => {
    const handles = await fileHandlePrototype();
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const spy = vi.spyOn(handles, call).mockRejectedValueOnce(full);
    await expect(put('rome.mp4', 'a film')).rejects.toMatchObject({ code: 'disk-full' });
    spy.mockRestore();
    expect([await store.stat('rome.mp4'), visible()]).toEqual([undefined, []]);
    await put('rome.mp4', 'a film');
  });

  it('does not show the file under its name before all of it is there', async () => {
    const source = sourceOf(Buffer.alloc(3 * 1024 * 1024, 'reel'));
    const seen: boolean[] = [];
    const onProgress = () => seen.push(existsSync(at('rome.mp4')));
    await store.put('rome.mp4', source, source.facts, { onProgress });
    expect(new Set(seen)).toEqual(new Set([false]));
  });

  it('waits for another process that publishes, and says who has the name then', async () => {
    mkdirSync(folder, { recursive: true });
    const lock = tryFileLock(at(LOCK));
    const clock = new VirtualClock();
    const waiting = createLocalFolder({ folder, clock });
    await expect(put('rome.mp4', 'a film', waiting)).rejects.toMatchObject({ code: 'busy' });
    writeFileSync(at('rome.mp4'), 'theirs');
    lock?.release();
    await expect(put('rome.mp4', 'a film', waiting)).rejects.toMatchObject({ code: 'invalid-input' });
    expect([readFileSync(at('rome.mp4'), 'utf8'), visible()]).toEqual(['theirs', ['rome.mp4']]);
  });

  it('removes what a killed process left of the same file a day ago, and nothing younger', async () => {
    mkdirSync(folder, { recursive: true });
    const [old, young] = [temporaryPathFor(at('rome.mp4')), temporaryPathFor(at('rome.mp4'))];
    for (const path of [old, young]) writeFileSync(path, 'half a fi');
    const yesterday = Date.now() / 1000 - 25 * 3600;
    utimesSync(old, yesterday, yesterday);
    await put('rome.mp4', 'a film');
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
    expect(await namesOf()).toEqual(['rome.mp4']);
  });

  it('ends a stream in an error when the file is cut short under it', async () => {
    await put('rome.mp4', 'x'.repeat(1_000_000));
    const stream = await store.open('rome.mp4');
    truncateSync(at('rome.mp4'), 400_000);
    await expect(new Response(stream).arrayBuffer()).rejects.toThrow();
  });
});

describe('what is no asset of a local folder', () => {
  it('is a link, wherever it leads', async () => {
    const outside = sourceOf('a secret').path;
    await put('rome.mp4', 'a film');
    symlinkSync(outside, at('link.mp4'));
    symlinkSync(at('rome.mp4'), at('inside.mp4'));
    for (const name of ['link.mp4', 'inside.mp4']) {
      expect(await store.stat(name)).toBeUndefined();
      await expect(store.open(name)).rejects.toMatchObject({ code: 'not-found' });
      await expect(put(name, 'a film')).rejects.toMatchObject({ code: 'invalid-input' });
      await store.remove(name);
    }
    expect([await namesOf(), visible()]).toEqual([['rome.mp4'], ['inside.mp4', 'link.mp4', 'rome.mp4']]);
    expect(readFileSync(outside, 'utf8')).toBe('a secret');
  });

  it('is what lies in a folder behind a link', async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'secret.mp4'), 'a secret');
    mkdirSync(folder, { recursive: true });
    symlinkSync(outside, at('a'));
    const refused = { code: 'invalid-input', message: expect.stringContaining('leads out') };
    await expect(store.open('a/secret.mp4')).rejects.toMatchObject(refused);
    await expect(put('a/new.mp4', 'a film')).rejects.toMatchObject(refused);
    await expect(store.remove('a/secret.mp4')).rejects.toMatchObject(refused);
    expect([await namesOf(), readdirSync(outside)]).toEqual([[], ['secret.mp4']]);
  });

  it('is a hidden file, a part of a capture, or a folder', async () => {
    mkdirSync(at('a.mp4'), { recursive: true });
    for (const name of ['.reelkeep-store.json', 'b.mp4.part', 'b.mp4.part.json', 'b.mp4.f3.part', 'b.mp4.part.lock'])
      writeFileSync(at(name), '{}');
    await put('b.mp4', 'a film');
    expect(await namesOf()).toEqual(['b.mp4']);
    await expect(put('a.mp4', 'a film')).rejects.toMatchObject({ code: 'invalid-input' });
    expect(statSync(at('a.mp4')).isDirectory()).toBe(true);
  });

  it('is not looked for behind a link that is the store’s own folder', async () => {
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, folder);
    await put('a/b.mp4', 'a film');
    expect([await namesOf('a/'), readFileSync(join(elsewhere, 'a/b.mp4'), 'utf8')]).toEqual([['a/b.mp4'], 'a film']);
    rmSync(folder);
  });

  it('has beside it what a killed writer has left, until its one writer has that removed', async () => {
    await put('a.mp4', 'a film');
    const [mine, other] = ['a.mp4', 'b.mp4'].map((name) => temporaryPathFor(at(name)));
    for (const path of [mine, other]) writeFileSync(path ?? '', 'half a film');
    await createLocalFolder({ folder }).removeLeftovers?.('a.mp4');
    expect([mine, other, at('a.mp4')].map((path) => existsSync(path ?? ''))).toEqual([false, true, true]);
  });
});
