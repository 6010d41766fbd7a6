/**
 * Where finished files live. Adapters: local folder (default) and memory. Every adapter passes
 * `tests/contracts/asset-store.ts`, and rejects with ReelError.
 *
 * A name is a path with forward slashes below the store, such as `rome-now.mp4` or `project/clip.webm`; see
 * `assertAssetName`. Another one is refused as `invalid-input`. A file under a name is whole, and never changes but by
 * being removed.
 */
export interface AssetStore {
  /**
   * Stores a copy of a file, durably, once its bytes are those of `facts`. A name that holds the same content already is
   * left as it is.
   * @throws ReelError `integrity` for other bytes than announced; `invalid-input` where another file holds the name;
   *   `aborted`; `disk-full`, `disk-denied`, `disk`. The name then holds what it held before.
   */
  put(name: string, source: { path: string }, facts: AssetFacts, options?: PutOptions): Promise<StoredAsset>;
  /** Undefined where nothing is stored under the name. */
  stat(name: string): Promise<StoredAsset | undefined>;
  /**
   * The content, or a part of it. Read the stream to its end or cancel it: it holds the file open.
   * @throws ReelError `not-found`; `invalid-input` for a range of which the file has no byte
   */
  open(name: string, range?: AssetRange): Promise<ReadableStream<Uint8Array>>;
  /** What is stored under names that begin with `prefix` (all of them for ''), in ascending order of their names. */
  list(prefix: string): AsyncIterable<StoredAsset>;
  /** Durable. Nothing happens where nothing is stored. */
  remove(name: string): Promise<void>;
  /** A link by which anybody can read the content for some time; undefined where the store has none. */
  address(name: string, options?: AddressOptions): Promise<URL | undefined>;
}

/** What the caller has verified of a file. */
export interface AssetFacts {
  sizeBytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  mimeType: string;
  /** Kept where the store can, for those who look at it by other means. */
  metadata?: Record<string, string>;
}

export interface PutOptions {
  signal?: AbortSignal | undefined;
  /** @param bytes stored so far */
  onProgress?: ((bytes: number) => void) | undefined;
}

export interface StoredAsset {
  name: string;
  sizeBytes: number;
  /** Where the store keeps it, or has just seen it. */
  sha256?: string;
  modifiedAt: Date;
}

/** Both ends count, as in an HTTP range. A negative `start` asks for that many last bytes; `end` may lie behind the file. */
export interface AssetRange {
  start: number;
  end?: number | undefined;
}

export interface AddressOptions {
  expiresInSeconds?: number | undefined;
  downloadAs?: string | undefined;
}
