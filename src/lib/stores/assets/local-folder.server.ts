import { constants, lstatSync } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { makeFolder } from '#lib/base/disk/durable-create.server.ts';
import { publishFile, syncFolder, writeAll } from '#lib/base/disk/durable-publish.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { acquireFileLock } from '#lib/base/disk/file-lock.server.ts';
import { streamFile } from '#lib/base/disk/file-stream.server.ts';
import { realTarget, removeAbandonedTemporaries, temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import {
  assertAssetName,
  assertAssetPrefix,
  assertFacts,
  bytesOf,
  isAssetName,
  nameIsTaken,
  noSuchAsset,
} from './asset-rules.ts';
import type { AssetFacts, AssetStore, PutOptions, StoredAsset } from './asset-store.ts';
import { readVerified } from './verified-source.server.ts';

export interface LocalFolderOptions {
  /** Created with the first file. Relative paths start at the current folder. */
  folder: string;
  /** For waiting for other processes that publish here. */
  clock?: Clock | undefined;
}

/** Hidden, so that no asset can have this name. */
const LOCK_FILE = '.assets.lock.db';
/** Long enough for a copy of any film: one that is still being written changes its time stamp. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;
// A link could lead out of the folder, and the opening of a pipe would wait. Windows has neither flag.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
/** Also for a file in place of a folder, or a link. */
const NOT_THERE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/**
 * Assets as files of one folder that several processes of one machine may use at once. Keeps neither MIME type nor
 * metadata; a checksum only if it has just computed it. Links and hidden files are not assets.
 */
export function createLocalFolder({ folder, clock = systemClock }: LocalFolderOptions): AssetStore {
  const pathOf = (name: string): string => {
    assertAssetName(name);
    const root = realTarget(folder);
    const path = join(root, ...name.split('/'));
    const parent = realTarget(dirname(path));
    if (parent === root || parent.startsWith(root.endsWith(sep) ? root : root + sep)) return path;
    throw new ReelError('invalid-input', `${name} leads out of ${folder} through a link. Remove the link.`, {
      stage: 'recording',
    });
  };
  return {
    async put(name, source, facts, options = {}) {
      const path = pathOf(name);
      assertFacts(facts);
      const target: Target = { name, path, lockPath: join(realTarget(folder), LOCK_FILE), clock };
      try {
        if (!(await holds(target, facts))) await copyInto(target, source.path, facts, options);
        const asset = await assetAt(name, path);
        if (!asset) throw noSuchAsset(name);
        return { ...asset, sha256: facts.sha256 };
      } catch (error) {
        throw diskError(error, path);
      }
    },
    stat: async (name) => assetAt(name, pathOf(name)),
    async open(name, range) {
      const handle = await openFile(name, pathOf(name));
      try {
        return streamFile(handle, bytesOf(range, (await handle.stat()).size));
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
    async *list(prefix) {
      assertAssetPrefix(prefix);
      yield* assetsBelow(realTarget(folder), '', prefix);
    },
    async remove(name) {
      const path = pathOf(name);
      if (!(await assetAt(name, path))) return;
      try {
        await rm(path, { force: true });
        await syncFolder(dirname(path));
      } catch (error) {
        throw diskError(error, path);
      }
    },
    async address(name) {
      assertAssetName(name);
      return undefined;
    },
    async removeLeftovers(name) {
      removeAbandonedTemporaries(pathOf(name), 0);
    },
  };
}

interface Target {
  readonly name: string;
  readonly path: string;
  readonly lockPath: string;
  readonly clock: Clock;
}

/** Whether exactly this content is already stored. @throws ReelError `invalid-input` if something else is */
async function holds({ name, path }: Target, facts: AssetFacts): Promise<boolean> {
  if (!lstatSync(path, { throwIfNoEntry: false })) return false;
  const asset = await assetAt(name, path);
  if (asset?.sizeBytes !== facts.sizeBytes) throw nameIsTaken(name);
  try {
    await readVerified(path, facts, {}, () => {});
    return true;
  } catch (error) {
    throw isReelError(error) && error.code === 'integrity' ? nameIsTaken(name) : error;
  }
}

async function copyInto(target: Target, source: string, facts: AssetFacts, options: PutOptions): Promise<void> {
  const { path } = target;
  makeFolder(dirname(path));
  removeAbandonedTemporaries(path, ABANDONED_AFTER_MS);
  const temporary = temporaryPathFor(path);
  const handle = await open(temporary, 'wx', 0o644);
  try {
    await readVerified(source, facts, options, (piece) => writeAll(handle, piece));
    await publishFile(handle, temporary, path, (rename) => whileFree(target, rename));
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    // Another process may have stored the same file at the same time.
    if (isReelError(error) && error.code === 'invalid-input' && (await holds(target, facts))) return;
    throw error;
  }
}

/** Without the lock, two processes that find the name free would overwrite each other's file. */
async function whileFree({ name, path, lockPath, clock }: Target, rename: () => void): Promise<void> {
  const lock = await acquireFileLock(lockPath, { clock });
  try {
    if (lstatSync(path, { throwIfNoEntry: false })) throw nameIsTaken(name);
    rename();
  } finally {
    lock.release();
  }
}

async function assetAt(name: string, path: string): Promise<StoredAsset | undefined> {
  try {
    const file = await lstat(path);
    return file.isFile() ? { name, sizeBytes: file.size, modifiedAt: file.mtime } : undefined;
  } catch (error) {
    if (NOT_THERE.has(errnoOf(error))) return undefined;
    throw diskError(error, path, 'recording', 'read');
  }
}

async function openFile(name: string, path: string): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
  } catch (error) {
    await handle?.close();
    if (!NOT_THERE.has(errnoOf(error))) throw diskError(error, path, 'recording', 'read');
  }
  await handle?.close();
  throw noSuchAsset(name);
}

/** @param below the folder as names have it: '' or with a slash at its end */
async function* assetsBelow(root: string, below: string, prefix: string): AsyncGenerator<StoredAsset> {
  // With the slash that follows it in names, a folder sorts to where its files do.
  const names = (await entriesOf(join(root, below)))
    .map((entry) => `${below}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .filter((name) => name.startsWith(prefix) || (name.endsWith('/') && prefix.startsWith(name)));
  for (const name of names.sort()) {
    if (!isAssetName(name.replace(/\/$/, ''))) continue;
    if (name.endsWith('/')) {
      yield* assetsBelow(root, name, prefix);
      continue;
    }
    const asset = await assetAt(name, join(root, name));
    if (asset) yield asset;
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (NOT_THERE.has(errnoOf(error))) return [];
    throw diskError(error, folder, 'recording', 'read');
  }
}
