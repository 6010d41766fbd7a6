import { createHash } from 'node:crypto';
import { ReelError } from '#lib/base/errors.ts';
import type { AssetFacts } from '#lib/stores/assets/asset-store.ts';
import { Patience, persistently, type RequestLimits } from '#lib/stores/assets/s3/client/request-limit.server.ts';
import type { ObjectHead } from '#lib/stores/assets/s3/objects.ts';

/** What is at a name: the file that was to be put there, another one, nothing, or nobody can tell. */
export type Holder =
  | { kind: 'same'; head: ObjectHead }
  | { kind: 'other'; head: ObjectHead }
  | { kind: 'nothing' }
  | { kind: 'unknown'; cause: unknown };

/** As the object's description says: by size and our SHA-256. */
export function compare(head: ObjectHead | undefined, { sizeBytes, sha256 }: AssetFacts): Holder {
  if (!head) return { kind: 'nothing' };
  const isSame = head.sizeBytes === sizeBytes && (head.sha256 ?? sha256) === sha256;
  return { kind: isSame ? 'same' : 'other', head };
}

export interface ContentReader {
  limits: RequestLimits;
  /** @throws errors of the SDK, also in the middle */
  read(key: string, options: { etag: string; signal?: AbortSignal | undefined }): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Whether the object has exactly these bytes. A checksum of the store's that agrees with ours proves it; where it has none,
 * or another kind of tag, the object is read once.
 * @param etag as the store names this content if its tags are checksums
 */
export async function hasContent(
  { limits, read }: ContentReader,
  key: string,
  head: ObjectHead,
  { sizeBytes, sha256 }: AssetFacts,
  etag: string,
  signal?: AbortSignal,
): Promise<boolean> {
  if (head.sizeBytes !== sizeBytes) return false;
  if (head.etag === etag && head.sha256 === sha256) return true;
  const patience = new Patience(limits);
  return persistently(
    async () => {
      const hash = createHash('sha256');
      let readBytes = 0;
      for await (const piece of await read(key, { etag: head.etag, signal })) {
        hash.update(piece);
        readBytes += piece.length;
        patience.progressed();
      }
      return readBytes === sizeBytes && hash.digest('hex') === sha256;
    },
    patience,
    limits.clock,
    signal,
  );
}

export function damagedUpload(address: string): ReelError {
  const message = `${address} does not have the bytes that were uploaded, so it was removed. The local file is unchanged; try again.`;
  return new ReelError('integrity', message, { stage: 'recording', retryable: true });
}
