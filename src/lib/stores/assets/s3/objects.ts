import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Clock } from '#lib/base/clock.ts';
import type { AssetFacts } from '#lib/stores/assets/asset-store.ts';
import type { S3Fault } from './client/s3-fault.ts';

/** What a store says of an object. */
export interface ObjectHead {
  sizeBytes: number;
  /** As it was put into the metadata by us. */
  sha256: string | undefined;
  modifiedAt: Date;
  /** Without quotes, in lower case; '' from a store that gives none. */
  etag: string;
}

export interface SentPart {
  number: number;
  etag: string;
}

/** An upload in parts. */
export interface UploadName {
  key: string;
  uploadId: string;
}

export interface SendOptions {
  signal?: AbortSignal | undefined;
  /** @param bytes of the piece that has just gone out; below 0: that a request that has failed has sent in vain */
  onSent?: ((bytes: number) => void) | undefined;
}

/**
 * The requests to one bucket: each sends one, within its limits, and never repeats it. Errors are those of the SDK, or
 * ReelError `timeout` and `aborted`.
 */
export interface Objects {
  readonly limits: { clock: Clock; stallTimeoutMs: number; patienceMs: number };
  readonly clock: Clock;
  faultOf(error: unknown): S3Fault;
  /** Undefined if there is none. */
  head(key: string, signal?: AbortSignal): Promise<ObjectHead | undefined>;
  /** Stores an object of one piece, if the name is free where the store can tell. */
  put(key: string, bytes: Buffer, md5: Buffer, facts: AssetFacts, options: SendOptions): Promise<void>;
  remove(key: string, signal?: AbortSignal): Promise<void>;
  /** The body must be read to its end or destroyed. @param range value of the header */
  get(
    key: string,
    part: { range?: string | undefined; etag?: string | undefined },
    signal: AbortSignal,
  ): Promise<GetObjectCommandOutput>;
  /** @returns the id of the upload */
  createUpload(key: string, facts: AssetFacts, signal?: AbortSignal): Promise<string>;
  uploadPart(
    upload: UploadName,
    part: { number: number; bytes: Buffer; md5: Buffer },
    options: SendOptions,
  ): Promise<SentPart>;
  /** Makes the parts one object, if the name is free where the store can tell. */
  completeUpload(upload: UploadName, parts: readonly SentPart[], signal?: AbortSignal): Promise<void>;
  /** The parts that the store has, with their sizes; undefined if it does not know the upload. */
  listParts(upload: UploadName, signal?: AbortSignal): Promise<Array<SentPart & { sizeBytes: number }> | undefined>;
  abortUpload(upload: UploadName, signal?: AbortSignal): Promise<void>;
}

export function plainTag(etag: string | undefined): string {
  return (etag ?? '').replace(/^W\//, '').replaceAll('"', '').toLowerCase();
}
