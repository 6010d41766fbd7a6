import { renameSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { syncFolder } from '#lib/base/disk/durable-publish.server.ts';
import { removeAbandonedTemporaries, temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import type { Picture } from '#lib/jobs/record/job-record.ts';
import { PICTURE_KINDS, type PictureKind, picturePath } from '#lib/jobs/record/picture-names.ts';
import { readPicture, sizeAndHash } from './read-picture.server.ts';
import type { Drafts } from './types.ts';

/** Longer than making the pictures of one film takes. */
const ABANDONED_AFTER_MS = 3_600_000;

/** Temporary files beside the film. */
export class DraftFiles implements Drafts {
  readonly #stem: string;
  readonly #paths = new Map<PictureKind, string>();
  readonly #kept = new Set<PictureKind>();

  constructor(stem: string) {
    this.#stem = stem;
    for (const kind of PICTURE_KINDS) {
      const finalPath = picturePath(stem, kind);
      removeAbandonedTemporaries(finalPath, ABANDONED_AFTER_MS);
      this.#paths.set(kind, temporaryPathFor(finalPath));
    }
  }

  pathOf(kind: PictureKind): string {
    return this.#paths.get(kind) ?? '';
  }

  async keep(kind: PictureKind): Promise<Picture> {
    const path = this.pathOf(kind);
    const name = basename(picturePath(this.#stem, kind));
    try {
      await syncFile(path);
      this.#kept.add(kind);
      if (kind === 'spriteIndex') return { name, ...(await sizeAndHash(path)), mimeType: 'text/vtt; charset=utf-8' };
      const picture = await readPicture(path);
      if (!picture) throw new Error('it changed while it was being read');
      return { ...picture, name };
    } catch (error) {
      throw diskError(error, path);
    }
  }

  /** Synchronous, so that it can be part of a step of a record store. */
  rename(): void {
    for (const kind of this.#kept) renameSync(this.pathOf(kind), picturePath(this.#stem, kind));
    this.#kept.clear();
  }

  /** Makes the renames survive a power failure. */
  async settle(): Promise<void> {
    await syncFolder(dirname(this.#stem));
  }

  async clear(): Promise<void> {
    for (const path of this.#paths.values()) await rm(path, { force: true }).catch(() => {});
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.sync().finally(() => handle.close());
}
