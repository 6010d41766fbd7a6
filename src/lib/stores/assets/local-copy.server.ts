import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { throwIfAborted } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { makeFolder } from '#lib/base/disk/durable-create.server.ts';
import { writeAll } from '#lib/base/disk/durable-publish.server.ts';
import { removeAbandonedTemporaries, temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { AssetStore } from './asset-store.ts';

/** A copy that has not been written to for so long belongs to a process that was killed. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

export interface LocalCopyOrder {
  store: Pick<AssetStore, 'open'>;
  name: string;
  /** Absolute: the copy is made in its folder, under a hidden name. */
  beside: string;
  /** As on record; what is not known is not checked. */
  sizeBytes?: number | undefined;
  sha256?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Lends a stored file to a program that reads local files only. The copy is removed when `use` has ended.
 * @throws ReelError `not-found` if it is gone; `integrity` if it has other bytes than those on record; `aborted`, `disk*`,
 *   and what the store throws
 */
export async function withLocalCopy<T>(order: LocalCopyOrder, use: (path: string) => Promise<T>): Promise<T> {
  const { beside } = order;
  makeFolder(dirname(beside));
  removeAbandonedTemporaries(beside, ABANDONED_AFTER_MS);
  const path = temporaryPathFor(beside);
  try {
    await fetchTo(path, order);
    return await use(path);
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}

async function fetchTo(path: string, order: LocalCopyOrder): Promise<void> {
  const { store, name, sizeBytes, sha256, signal } = order;
  const hash = createHash('sha256');
  let received = 0;
  const body = await store.open(name);
  const handle = await open(path, 'wx', 0o644).catch(async (error: unknown) => {
    await body.cancel();
    throw diskError(error, path);
  });
  try {
    for await (const piece of body) {
      throwIfAborted(signal);
      received += piece.length;
      hash.update(piece);
      await writeAll(handle, piece).catch((error: unknown) => {
        throw diskError(error, path);
      });
    }
  } finally {
    await handle.close();
  }
  const digest = hash.digest('hex');
  if (received === (sizeBytes ?? received) && digest === (sha256 ?? digest)) return;
  throw new ReelError('integrity', `${name} in object storage is not the file on record. Run the audit.`, {
    stage: 'recording',
  });
}
