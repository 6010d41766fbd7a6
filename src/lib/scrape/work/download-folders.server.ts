import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import type { FilmIds } from '#lib/scrape/record/names.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';

/** Hidden, so that nothing in it is an asset of the folder around it. */
const FOLDER = '.downloads';
/** What a stopped download has left is worth keeping for so long; and a folder that no record knows. */
const LEFTOVER_MS = 7 * 24 * 3_600_000;
const UNKNOWN_MS = 24 * 3_600_000;

/**
 * The folders in which films are downloaded, one for each time that a process takes a film up: one that was stopped and has
 * lost its lease may go on writing, and must not do so into the files of its successor.
 */
export class DownloadFolders {
  readonly #root: string;

  constructor(folder: string) {
    this.#root = join(folder, FOLDER);
  }

  /** `~` is in no id. */
  nameOf({ channelId, videoId }: FilmIds, fence: number): string {
    return `${channelId}~${videoId}~${fence}`;
  }

  pathOf(name: string, file = ''): string {
    return join(this.#root, name, file);
  }

  hasFile(name: string, file: string, sizeBytes: number): boolean {
    return statSync(this.pathOf(name, file), { throwIfNoEntry: false })?.size === sizeBytes;
  }

  /** @param leftover the folder of an earlier try to go on with, if it is still there. @throws ReelError `disk*` */
  async open(name: string, leftover?: string): Promise<string> {
    const path = this.pathOf(name);
    try {
      if (leftover !== undefined && leftover !== name && !existsSync(path)) {
        await rename(this.pathOf(leftover), path).catch(ignoreMissing);
      }
      await mkdir(path, { recursive: true });
      return path;
    } catch (error) {
      throw diskError(error, path);
    }
  }

  /** @throws ReelError `disk*` */
  async remove(name: string): Promise<void> {
    try {
      await rm(this.pathOf(name), { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      throw diskError(error, this.pathOf(name));
    }
  }

  /** Of a film that is stored: also those that killed processes have left. */
  async removeAllOf({ channelId, videoId }: FilmIds): Promise<void> {
    for (const name of await this.#names()) {
      if (name.startsWith(`${channelId}~${videoId}~`)) await this.remove(name);
    }
  }

  /** Removes the folders that no film needs any more: of processes that were killed, and of films given up long ago. */
  async sweep(find: (ids: FilmIds) => Promise<ScrapedRecord | undefined>, nowMs: number): Promise<void> {
    for (const name of await this.#names()) {
      const [channelId = '', videoId = '', fence] = name.split('~');
      if (fence === undefined) continue;
      const record = await find({ channelId, videoId });
      const found = await stat(this.pathOf(name)).catch(() => undefined);
      if (found && !isNeeded(record, name, nowMs - found.mtimeMs)) await this.remove(name);
    }
  }

  async #names(): Promise<string[]> {
    return readdir(this.#root).catch(() => []);
  }
}

function isNeeded(record: ScrapedRecord | undefined, name: string, ageMs: number): boolean {
  if (!record) return ageMs < UNKNOWN_MS;
  if (record.lease || record.fetched?.folder === name) return true;
  return record.leftover?.folder === name && ageMs < LEFTOVER_MS;
}

function ignoreMissing(error: unknown): void {
  if (errnoOf(error) !== 'ENOENT') throw error;
}
