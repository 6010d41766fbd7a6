import { renameSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { syncFolder } from '#lib/base/disk/durable-publish.server.ts';
import { removeAbandonedTemporaries, temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import { inspectAsset } from '#lib/capture/capture.server.ts';
import { jpeg, webp } from '#lib/capture/formats/formats.server.ts';
import type { AssetFormat } from '#lib/capture/types.ts';
import type { Picture } from '#lib/jobs/record/job-record.ts';
import { PICTURE_ENDINGS, PICTURE_KINDS, type PictureKind } from './picture-names.ts';

/** Longer than making the pictures of one film takes. */
const ABANDONED_AFTER_MS = 3_600_000;

const webVtt: Pick<AssetFormat, 'mimeType' | 'inspect'> = {
  mimeType: 'text/vtt; charset=utf-8',
  inspect: async () => ({ media: {} }),
};
const FORMATS = { poster: webp, posterSmall: webp, spriteSheet: jpeg, spriteIndex: webVtt } as const;

/** The pictures of one film under temporary names, until all of them are there. */
export class Drafts {
  readonly #stem: string;
  readonly #paths = new Map<PictureKind, string>();
  readonly #kept = new Set<PictureKind>();

  constructor(stem: string) {
    this.#stem = stem;
    for (const kind of PICTURE_KINDS) {
      removeAbandonedTemporaries(this.#finalPath(kind), ABANDONED_AFTER_MS);
      this.#paths.set(kind, temporaryPathFor(this.#finalPath(kind)));
    }
  }

  pathOf(kind: PictureKind): string {
    return this.#paths.get(kind) ?? '';
  }

  nameOf(kind: PictureKind): string {
    return basename(this.#finalPath(kind));
  }

  /** Has the drawn file published with the others. @returns its facts @throws ReelError `disk*` */
  async keep(kind: PictureKind): Promise<Picture> {
    const path = this.pathOf(kind);
    try {
      const handle = await open(path, 'r+');
      await handle.sync().finally(() => handle.close());
    } catch (error) {
      throw diskError(error, path);
    }
    const { mimeType, inspect } = FORMATS[kind];
    const { sizeBytes, sha256, media } = await inspectAsset(path, { ...webp, mimeType, inspect });
    this.#kept.add(kind);
    const { width, height } = media;
    return { name: this.nameOf(kind), sizeBytes, sha256, mimeType, ...(width && height && { width, height }) };
  }

  /** Synchronous, so that it can be part of a step of a record store. */
  rename(): void {
    for (const kind of this.#kept) renameSync(this.pathOf(kind), this.#finalPath(kind));
    this.#kept.clear();
  }

  /** Makes the renames survive a power failure. */
  async settle(): Promise<void> {
    await syncFolder(dirname(this.#stem));
  }

  async clear(): Promise<void> {
    for (const path of this.#paths.values()) await rm(path, { force: true }).catch(() => {});
  }

  #finalPath(kind: PictureKind): string {
    return `${this.#stem}${PICTURE_ENDINGS[kind]}`;
  }
}
