import { join, relative, sep } from 'node:path';
import {
  findMediaFile,
  hasLocalFile,
  type MediaFile,
  type MediaLibrary,
  mediaAddress,
  openLocalFile,
  rootState,
} from '#lib/media/index.ts';
import { FILES_AT, FILES_HOST } from './file-addresses.ts';

/** A file of the library on disk, or in object storage. */
export interface OpenedFile {
  sizeBytes: number;
  mimeType: string;
  etag: string;
  /** Takes the file over, and closes it in the end. @throws ReelError `not-found` where it is gone from object storage */
  stream(range: { start: number; end: number }): ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>;
  /** For one that is not streamed. */
  close(): Promise<void>;
}

type StoredFile = MediaFile & { object: NonNullable<MediaFile['object']> };

/** Files of the library; those that still lie in the older folder, until it is adopted, count as well. */
export class LocalFiles {
  readonly #library: MediaLibrary;
  readonly #olderRoot: string;

  /** @param library a file that is also in the older folder is the library's */
  constructor(library: MediaLibrary, olderRoot: string) {
    this.#library = library;
    this.#olderRoot = olderRoot;
  }

  /** Whether an absolute path, as a page gives it, leads to a file. */
  async has(path: unknown): Promise<boolean> {
    const localPath = this.#localPathOf(path);
    if (localPath === undefined) return false;
    for (const root of [this.#library.root, this.#olderRoot]) if (await hasLocalFile(root, localPath)) return true;
    return (await this.#storedAt(localPath)) !== undefined;
  }

  async addressOf(path: unknown): Promise<string | undefined> {
    const localPath = this.#localPathOf(path);
    return localPath !== undefined && (await this.has(path)) ? addressOf(localPath) : undefined;
  }

  /** @returns undefined for an address that leads nowhere */
  async open(address: string): Promise<OpenedFile | undefined> {
    const localPath = localPathAt(address);
    if (localPath === undefined) return undefined;
    return (
      (await openLocalFile(this.#library.root, localPath)) ??
      (await this.#openStored(localPath)) ??
      openLocalFile(this.#olderRoot, localPath)
    );
  }

  absolutePathOf(localPath: string): string {
    return join(this.#library.root, ...localPath.split('/'));
  }

  async #openStored(localPath: string): Promise<OpenedFile | undefined> {
    const file = await this.#storedAt(localPath);
    if (!file) return undefined;
    const { sizeBytes, mimeType, sha256, object } = file;
    const store = this.#library.objectsAt(object.location);
    const etag = sha256 === undefined ? `W/"${sizeBytes}-${object.name}"` : `"${sha256}"`;
    return { sizeBytes, mimeType, etag, stream: (range) => store.open(object.name, range), close: async () => {} };
  }

  /** In object storage, as the records say. Without their drive they say nothing. */
  async #storedAt(localPath: string): Promise<StoredFile | undefined> {
    const library = this.#library;
    if (library.keepsRecordsInRoot && rootState(library).kind !== 'online') return undefined;
    const [, projectId = '', , fileName = ''] = localPath.split('/');
    const file = await findMediaFile(projectId, fileName, { library });
    return file?.object && { ...file, object: file.object };
  }

  /** A path in the older folder means the same file as one in the library. What is neither is no file of ours. */
  #localPathOf(path: unknown): string | undefined {
    if (typeof path !== 'string') return undefined;
    const inside = [this.#library.root, this.#olderRoot].map((root) => relative(root, path).split(sep).join('/'));
    return inside.find((localPath) => addressOf(localPath) !== undefined);
  }
}

/** @param localPath relative to a root; undefined where it cannot be the path of a file of a library */
export function addressOf(localPath: string): string | undefined {
  return mediaAddress(localPath, FILES_AT);
}

function localPathAt(address: string): string | undefined {
  const url = URL.parse(address);
  const [, projectId, fileName, more] = url?.pathname.split('/') ?? [];
  if (url?.host !== FILES_HOST || !projectId || !fileName || more !== undefined) return undefined;
  try {
    return `projects/${decodeURIComponent(projectId)}/videos/${decodeURIComponent(fileName)}`;
  } catch {
    // No UTF-8.
    return undefined;
  }
}
