/**
 * Where finished files live. Adapters: local folder (default), memory and S3. Every adapter passes
 * `tests/contracts/asset-store.ts`, and rejects with ReelError.
 *
 * A name is a path with forward slashes below the store, such as `rome-now.mp4` or `project/clip.webm`; see
 * `assertAssetName`. Other names are rejected as `invalid-input`. A stored file is complete, and never changes until it is
 * removed.
 */
export interface AssetStore {
  /**
   * Stores a copy of a file durably, after checking its bytes against `facts`. If the name already has the same content,
   * nothing is written.
   * @throws ReelError `integrity` if the bytes do not match; `invalid-input` if another file has the name;
   *   `aborted`; `disk-full`, `disk-denied`, `disk`; of object storage also `network`, `timeout`, `rate-limited`, `auth`
   *   and `config`. The name then holds what it held before.
   */
  put(name: string, source: { path: string }, facts: AssetFacts, options?: PutOptions): Promise<StoredAsset>;
  /** Undefined if nothing is stored under the name. */
  stat(name: string): Promise<StoredAsset | undefined>;
  /**
   * The content, or a part of it. Read the stream to its end or cancel it: it keeps the file open.
   * @throws ReelError `not-found`; `invalid-input` for a range outside the file
   */
  open(name: string, range?: AssetRange): Promise<ReadableStream<Uint8Array>>;
  /** The assets whose names begin with `prefix` ('' for all), sorted by name. */
  list(prefix: string): AsyncIterable<StoredAsset>;
  /** Durable. Does nothing if nothing is stored under the name. */
  remove(name: string): Promise<void>;
  /** A link through which anyone can read the content for some time; undefined if the store has no such links. */
  address(name: string, options?: AddressOptions): Promise<URL | undefined>;
  /**
   * Removes what killed writers of this name have left beside it, where the store has such a thing. The caller knows that
   * nobody is writing it.
   */
  removeLeftovers?(name: string): Promise<void>;
  /** Of a store that may keep former versions of what is removed. */
  readonly versions?: AssetVersions;
}

/** What a store may keep of files that were removed or replaced: nobody reads it, and it is paid for. */
export interface AssetVersions {
  /** Undefined: the store does not say. */
  areKept(): Promise<boolean | undefined>;
  /** Of files whose names begin with `prefix`, without those that are stored now. */
  usage(prefix: string): Promise<{ versions: number; bytes: number }>;
  /** Removes the file with every former version of it; nothing brings them back. @returns what they took up */
  removeAll(name: string): Promise<{ bytes: number }>;
}

/** What the caller has verified about a file. */
export interface AssetFacts {
  sizeBytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  mimeType: string;
  /** Stored if the adapter supports it, for other programs. */
  metadata?: Record<string, string>;
}

export interface PutOptions {
  signal?: AbortSignal | undefined;
  /** @param bytes stored so far */
  onProgress?: ((bytes: number) => void) | undefined;
  /**
   * The caller knows that no other file was ever put under this name. Only object storage asks: where it may not say
   * whether a name is free, no other name is used.
   */
  isOwnName?: boolean | undefined;
}

export interface StoredAsset {
  name: string;
  sizeBytes: number;
  /** If the store keeps it, or has just computed it. */
  sha256?: string;
  modifiedAt: Date;
}

/** Both ends are included, as in an HTTP range. A negative `start` means that many last bytes; `end` may exceed the file. */
export interface AssetRange {
  start: number;
  end?: number | undefined;
}

export interface AddressOptions {
  expiresInSeconds?: number | undefined;
  downloadAs?: string | undefined;
}
