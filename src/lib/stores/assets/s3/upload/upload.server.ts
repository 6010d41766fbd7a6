import { throwIfAborted } from '#lib/base/clock.ts';
import type { AssetFacts } from '#lib/stores/assets/asset-store.ts';
import { Patience, persistently } from '#lib/stores/assets/s3/client/request-limit.server.ts';
import type { Objects, SentPart } from '#lib/stores/assets/s3/objects.ts';
import { ContentTags, md5Of } from './content-tags.ts';
import { type PartBuffers, readParts } from './part-source.server.ts';
import type { UploadRecord } from './upload-journal.server.ts';

/** How many parts of one file are on their way at once. */
export const PARTS_AT_ONCE = 4;

export interface Source {
  path: string;
  facts: AssetFacts;
}

export interface Transfer {
  store: Objects;
  buffers: PartBuffers;
  signal: AbortSignal | undefined;
  /** @param bytes of this file that have been sent so far */
  onSent: (bytes: number) => void;
}

/**
 * Sends a file in one piece, if the name is free.
 * @param tags gets the content's tag, also when the answer is lost
 * @param count of all attempts
 */
export async function sendWhole(
  key: string,
  { path, facts }: Source,
  { store, buffers, signal }: Omit<Transfer, 'onSent'>,
  { tags, count }: { tags: ContentTags; count: SentCount },
): Promise<void> {
  await readParts(
    path,
    facts,
    buffers,
    async ({ buffer, sizeBytes }) => {
      const bytes = buffer.subarray(0, sizeBytes);
      const md5 = md5Of(bytes);
      tags.add(1, md5);
      await store.put(key, bytes, md5, facts, { signal, onSent: count.add }).finally(() => buffers.give(buffer));
    },
    signal,
  );
}

/** The tag that the store gives this content if its tags are checksums. */
export async function tagOf({ path, facts }: Source, buffers: PartBuffers, signal?: AbortSignal): Promise<string> {
  const tags = new ContentTags();
  await readParts(
    path,
    facts,
    buffers,
    async ({ number, buffer, sizeBytes }) => {
      tags.add(number, md5Of(buffer.subarray(0, sizeBytes)));
      buffers.give(buffer);
    },
    signal,
  );
  return facts.sizeBytes <= buffers.bytes ? tags.ofPiece : tags.ofParts;
}

/** Sends the parts of a file that the store does not have yet. @returns all parts, and the content's tag */
export async function sendParts(
  upload: UploadRecord,
  { path, facts }: Source,
  transfer: Transfer,
): Promise<{ parts: SentPart[]; tag: string }> {
  const sender = new PartSender(upload, transfer);
  await sender.lookForParts();
  try {
    await readParts(path, facts, transfer.buffers, (part) => sender.take(part), transfer.signal);
  } catch (error) {
    sender.fail(error);
  }
  return sender.finish();
}

class PartSender {
  readonly #upload: UploadRecord;
  readonly #transfer: Transfer;
  readonly #patience: Patience;
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;
  readonly #tags = new ContentTags();
  readonly #parts: SentPart[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #count: SentCount;
  #there = new Map<number, SentPart & { sizeBytes: number }>();
  #failure: { error: unknown } | undefined;

  constructor(upload: UploadRecord, transfer: Transfer) {
    this.#upload = upload;
    this.#transfer = transfer;
    this.#patience = new Patience(transfer.store.limits);
    this.#signal = AbortSignal.any([this.#failed.signal, ...(transfer.signal ? [transfer.signal] : [])]);
    this.#count = counting(transfer.onSent);
  }

  /** What an earlier run has sent. @throws UploadGone */
  async lookForParts(): Promise<void> {
    const { store, signal } = this.#transfer;
    const look = () => store.listParts(this.#upload, signal);
    const parts = await persistently(look, this.#patience, store.clock, signal);
    if (!parts) throw new UploadGone();
    this.#there = new Map(parts.map((part) => [part.number, part]));
  }

  /** Resolves when the next part may be read. */
  async take({ number, buffer, sizeBytes }: { number: number; buffer: Buffer; sizeBytes: number }): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    const { buffers } = this.#transfer;
    const bytes = buffer.subarray(0, sizeBytes);
    const md5 = md5Of(bytes);
    this.#tags.add(number, md5);
    const known = this.#there.get(number);
    if (known?.sizeBytes === sizeBytes && isTagOf(known.etag, md5)) {
      this.#parts[number - 1] = known;
      this.#count.add(sizeBytes);
      return buffers.give(buffer);
    }
    const sending: Promise<void> = this.#send({ number, bytes, md5 })
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.#underWay.delete(sending);
        buffers.give(buffer);
      });
    this.#underWay.add(sending);
    if (this.#underWay.size >= PARTS_AT_ONCE) await Promise.race(this.#underWay);
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#failed.abort();
  }

  /** @throws the first failure, once no part is on its way any more: the store would keep what arrives after an abort */
  async finish(): Promise<{ parts: SentPart[]; tag: string }> {
    await Promise.all(this.#underWay);
    throwIfAborted(this.#transfer.signal);
    if (this.#failure) throw this.#failure.error;
    return { parts: this.#parts, tag: this.#tags.ofParts };
  }

  async #send(part: { number: number; bytes: Buffer; md5: Buffer }): Promise<void> {
    const { store } = this.#transfer;
    const once = () => this.#sendOnce(part);
    this.#parts[part.number - 1] = await persistently(once, this.#patience, store.clock, this.#signal);
    this.#patience.progressed();
  }

  async #sendOnce(part: { number: number; bytes: Buffer; md5: Buffer }): Promise<SentPart> {
    const { store } = this.#transfer;
    const onSent = (bytes: number) => this.#count.add(bytes);
    try {
      return await store.uploadPart(this.#upload, part, { signal: this.#signal, onSent });
    } catch (error) {
      throw isUploadGone(store.faultOf(error)) ? new UploadGone({ cause: error }) : error;
    }
  }
}

/** The store does not know the upload: it is complete, or was aborted. */
export class UploadGone extends Error {
  readonly code = 'NoSuchUpload';
  readonly $metadata = { httpStatusCode: 404 };

  constructor(options?: ErrorOptions) {
    super('The store does not know the upload', options);
  }
}

export function isUploadGone({ status, code }: { status: number | undefined; code: string }): boolean {
  return code === 'NoSuchUpload' || (status === 404 && code !== 'NoSuchBucket');
}

/** Tags of parts that are no checksums prove nothing; the part is then sent again. */
function isTagOf(etag: string, md5: Buffer): boolean {
  return etag.replaceAll('"', '').toLowerCase() === md5.toString('hex');
}

interface SentCount {
  add(bytes: number): void;
}

/** Reports a sum that never falls, though what was sent in vain is taken back. */
export function counting(report: (bytes: number) => void): SentCount {
  let sum = 0;
  let highest = 0;
  return {
    add(bytes) {
      sum += bytes;
      if (sum <= highest) return;
      highest = sum;
      report(sum);
    },
  };
}
