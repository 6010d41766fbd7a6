import { everyInterval, throwIfAborted } from '#lib/base/clock.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { nameIsTaken, nameIsUnknown } from '#lib/stores/assets/asset-rules.ts';
import { Patience, persistently } from '#lib/stores/assets/s3/client/request-limit.server.ts';
import { isForbidden } from '#lib/stores/assets/s3/client/s3-fault.ts';
import type { ObjectHead, Objects, SentPart } from '#lib/stores/assets/s3/objects.ts';
import { ContentTags } from './content-tags.ts';
import { PartBuffers, partBytesFor } from './part-source.server.ts';
import { type ContentReader, compare, damagedUpload, type Holder, hasContent } from './read-back.server.ts';
import {
  counting,
  PARTS_AT_ONCE,
  type Source,
  sendParts,
  sendWhole,
  type Transfer,
  tagOf,
  UploadGone,
} from './upload.server.ts';
import { HEARTBEAT_MS, type UploadJournal, type UploadRecord } from './upload-journal.server.ts';
import { UploadMemory } from './upload-memory.ts';

/** An upload that is lost (aborted by someone, or forgotten by the store) is begun anew this often. */
const MOST_RESTARTS = 2;
/** Parts that were on their way may arrive after an abort; a second one removes these. */
const ABORT_TRIES = 3;
/** Of all uploads of a process together: three large films at once. */
export const UPLOAD_MEMORY_BYTES = 128 * 1024 * 1024;
/** After these, continuing the same upload makes no sense. */
const FINAL: ReadonlySet<string> = new Set(['integrity', 'invalid-input', 'disk', 'disk-denied']);

export interface UploadTarget extends Source {
  key: string;
  /** For messages. */
  address: string;
  /** The caller knows that no other file was ever put under this name. */
  isOwnName: boolean;
}

/** For tests, but for the memory. */
export interface UploaderOptions {
  /** What all uploads of the process may hold together; default: this uploader's alone. */
  memory?: UploadMemory | undefined;
  every?: typeof everyInterval | undefined;
  partBytesFor?: ((sizeBytes: number) => number) | undefined;
}

interface Sending extends UploadTarget, Transfer {}

/** Puts files into one bucket so that each is there whole and once, whatever is killed or lost meanwhile. */
export class Uploader {
  readonly #store: Objects;
  readonly #content: ContentReader;
  readonly #journal: UploadJournal;
  readonly #every: typeof everyInterval;
  readonly #partBytesFor: (sizeBytes: number) => number;
  readonly #memory: UploadMemory;

  /** @param read the bytes of an object, to be checked */
  constructor(store: Objects, read: ContentReader['read'], journal: UploadJournal, options: UploaderOptions = {}) {
    this.#store = store;
    this.#content = { limits: store.limits, read };
    this.#journal = journal;
    this.#every = options.every ?? everyInterval;
    this.#partBytesFor = options.partBytesFor ?? partBytesFor;
    this.#memory = options.memory ?? new UploadMemory(UPLOAD_MEMORY_BYTES);
  }

  /** Resolves once the store has given proof that it has the content. */
  async put(
    target: UploadTarget,
    options: { signal?: AbortSignal | undefined; onSent: (bytes: number) => void },
  ): Promise<ObjectHead> {
    const { sizeBytes } = target.facts;
    const partBytes = this.#partBytesFor(sizeBytes);
    const isOnePart = sizeBytes <= partBytes;
    // One more is read while the others are on their way.
    const mostBytes = isOnePart ? Math.max(1, sizeBytes) : partBytes * (PARTS_AT_ONCE + 1);
    const buffers = new PartBuffers(Math.min(partBytes, mostBytes));
    return this.#memory.hold(mostBytes, () => this.#put(target, buffers, isOnePart, options), options.signal);
  }

  async #put(
    target: UploadTarget,
    buffers: PartBuffers,
    isOnePart: boolean,
    options: { signal?: AbortSignal | undefined; onSent: (bytes: number) => void },
  ): Promise<ObjectHead> {
    const sending = { ...target, store: this.#store, buffers, signal: options.signal, onSent: options.onSent };
    const there = await this.#ifThere(sending);
    if (there) return there;
    return isOnePart ? this.#putWhole(sending) : this.#putParts(sending);
  }

  /**
   * Aborts uploads whose owner is dead or has released them, by the ids on record. One that cannot be aborted now stays on
   * record, for the next time.
   * @param graceMs how long they are left to whoever may resume them
   */
  async sweep(prefix: string, graceMs: number): Promise<number> {
    let aborted = 0;
    for await (const one of this.#journal.find(prefix)) {
      const ours = await this.#journal.takeOver(one, graceMs);
      if (ours && (await this.#abort(ours))) aborted += 1;
    }
    return aborted;
  }

  /** The object, if it is there already. */
  async #ifThere(sending: Sending): Promise<ObjectHead | undefined> {
    const { facts, signal, buffers, key } = sending;
    const holder = await this.#holder(sending);
    if (holder.kind === 'other') throw nameIsTaken(sending.address);
    if (holder.kind === 'unknown' && !sending.isOwnName)
      throw nameIsUnknown(noRightToList(sending.address), holder.cause);
    if (holder.kind !== 'same') return undefined;
    // An earlier run may have ended in doubt, so the caller may not rely on the description alone.
    const tag = await tagOf(sending, buffers, signal);
    if (!(await hasContent(this.#content, key, holder.head, facts, tag, signal))) {
      await this.#persistently(() => this.#store.remove(key, signal), sending);
      return undefined;
    }
    for await (const one of this.#journal.find(key)) {
      const ours = await this.#journal.takeOver(one);
      if (ours) await this.#abort(ours);
    }
    return holder.head;
  }

  async #putWhole(sending: Sending): Promise<ObjectHead> {
    const [tags, count] = [new ContentTags(), counting(sending.onSent)];
    const send = () => sendWhole(sending.key, sending, sending, { tags, count });
    await this.#persistently(() => this.#unlessThere(sending, send), sending);
    return this.#readBack(sending, tags.ofPiece);
  }

  async #putParts(sending: Sending): Promise<ObjectHead> {
    for (let restarts = 0; ; restarts += 1) {
      const upload = await this.#beginOrResume(sending);
      const stopRenewing = this.#every(HEARTBEAT_MS, () => void this.#journal.renew(upload).catch(() => {}));
      try {
        const { parts, tag } = await sendParts(upload, sending, sending);
        await this.#complete(upload, parts, sending);
        const head = await this.#readBack(sending, tag);
        await this.#journal.end(upload);
        return head;
      } catch (error) {
        await this.#leave(upload, error);
        if (!(error instanceof UploadGone) || restarts >= MOST_RESTARTS) throw error;
      } finally {
        stopRenewing();
      }
      const there = await this.#ifThere(sending);
      if (there) return there;
    }
  }

  async #beginOrResume({ key, facts, buffers, signal }: Sending): Promise<UploadRecord> {
    const { sizeBytes, sha256 } = facts;
    const partBytes = buffers.bytes;
    let resumed: UploadRecord | undefined;
    for await (const one of this.#journal.find(key)) {
      const ours = await this.#journal.takeOver(one);
      const isSame = ours?.sha256 === sha256 && ours.sizeBytes === sizeBytes && ours.partBytes === partBytes;
      if (ours && isSame && !resumed) resumed = ours;
      else if (ours) await this.#abort(ours);
    }
    if (resumed) return resumed;
    const uploadId = await this.#persistently(() => this.#store.createUpload(key, facts, signal), { signal });
    try {
      return await this.#journal.begin({ key, uploadId, sizeBytes, sha256, partBytes });
    } catch (error) {
      await this.#store.abortUpload({ key, uploadId }).catch(() => {});
      throw error;
    }
  }

  /** Makes the parts one object; the store may do so although its answer is lost. */
  async #complete(upload: UploadRecord, parts: SentPart[], sending: Sending): Promise<void> {
    // Ceph and Swift ignore the condition of this request, and would put the file over one that came meanwhile.
    if ((await this.#holder(sending)).kind === 'other') throw nameIsTaken(sending.address);
    await this.#persistently(
      () => this.#unlessThere(sending, () => this.#store.completeUpload(upload, parts, sending.signal)),
      sending,
    );
  }

  /**
   * Sends what would put the object there. After any doubtful end a look at the name decides: nothing is sent again, and
   * nothing is a failure, if our file is there.
   */
  async #unlessThere(sending: Sending, send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      throwIfAborted(sending.signal);
      if (isReelError(error) && FINAL.has(error.code)) throw error;
      const after = await this.#holder(sending);
      if (after.kind === 'same') return;
      if (after.kind === 'other') throw nameIsTaken(sending.address);
      const { status, code } = this.#store.faultOf(error);
      throw code === 'NoSuchUpload' || code === 'InvalidPart' || (status === 404 && code !== 'NoSuchBucket')
        ? new UploadGone({ cause: error })
        : error;
    }
  }

  async #readBack(sending: Sending, tag: string): Promise<ObjectHead> {
    const { key, facts, signal, address } = sending;
    const holder = await this.#holder(sending);
    if (holder.kind === 'other') throw nameIsTaken(address);
    if (holder.kind === 'unknown') throw holder.cause;
    if (holder.kind === 'nothing') throw vanished(address);
    if (await hasContent(this.#content, key, holder.head, facts, tag, signal)) return holder.head;
    await this.#persistently(() => this.#store.remove(key, signal), sending);
    throw damagedUpload(address);
  }

  async #holder({ key, facts, signal }: Sending): Promise<Holder> {
    try {
      const holder = compare(await this.#persistently(() => this.#store.head(key, signal), { signal }), facts);
      if (holder.kind !== 'same' || holder.head.sha256 !== undefined) return holder;
      // Another program's, of the same length perhaps.
      const isOurs = await hasContent(this.#content, key, holder.head, facts, '', signal);
      return isOurs ? holder : { kind: 'other', head: holder.head };
    } catch (error) {
      if (!isForbidden(this.#store.faultOf(error))) throw error;
      return { kind: 'unknown', cause: error };
    }
  }

  /** What can be continued stays, also when it was the caller who ended it. */
  async #leave(upload: UploadRecord, error: unknown): Promise<void> {
    if (isReelError(error) ? FINAL.has(error.code) : error instanceof UploadGone) await this.#abort(upload);
    else await this.#journal.release(upload).catch(() => {});
  }

  async #abort(upload: UploadRecord): Promise<boolean> {
    try {
      for (let tries = 1; tries <= ABORT_TRIES; tries += 1) {
        await this.#store.abortUpload(upload);
        const left = await this.#store.listParts(upload).catch(() => undefined);
        if (!left) break;
      }
      await this.#journal.end(upload);
      return true;
    } catch {
      await this.#journal.release(upload).catch(() => {});
      return false;
    }
  }

  #persistently<T>(attempt: () => Promise<T>, { signal }: { signal?: AbortSignal | undefined }): Promise<T> {
    return persistently(attempt, new Patience(this.#store.limits), this.#store.clock, signal);
  }
}

function vanished(address: string): ReelError {
  const message = `${address} was uploaded, but the store does not have it. The local file is unchanged; try again.`;
  return new ReelError('network', message, { stage: 'recording' });
}

function noRightToList(address: string): string {
  return `Whether ${address} is free cannot be told: the credentials have no right to list the bucket (s3:ListBucket), and nothing may be overwritten. Grant that right.`;
}
