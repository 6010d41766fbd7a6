import { constants, existsSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { publishFile, type RenameStep } from '#lib/base/disk/durable-publish.server.ts';
import { FileHasher, hashFile } from '#lib/capture/check/hashing.server.ts';
import { type Asked, canResume, type RemoteFacts } from '#lib/capture/http/answer.ts';
import type { CaptureSettings } from '#lib/capture/types.ts';
import type { CapturePaths } from './paths.server.ts';
import { currentBootId, readSidecar, removeSidecar, type Sidecar, writeSidecar } from './sidecar.server.ts';
import { PartWriter } from './writer.server.ts';

/** The file being downloaded, with what is known about it. Owned by one call at a time: see part-lock. */
export class PartFile {
  facts: RemoteFacts = {};
  /** The last bytes came in a body that only the end of the connection ended, which a cut does as well. */
  endedByClose = false;
  /** So many at the end are no bytes of the file perhaps, if that turns out not to be whole. */
  doubtfulBytes = 0;
  /** Renamed, or removed because it could not be synced. */
  isGone = false;
  readonly #paths: CapturePaths;
  readonly #expected: CaptureSettings['expected'];
  readonly #handle: FileHandle;
  readonly #writer: PartWriter;
  readonly #bootId: string | undefined;
  #source = '';
  #hashesCrc64: boolean;
  /** Bytes that were hashed have been taken back. */
  #mustRehash = false;
  #closed = false;

  private constructor(
    paths: CapturePaths,
    expected: CaptureSettings['expected'],
    opened: { handle: FileHandle; writer: PartWriter; bootId: string | undefined; sidecar: Sidecar | undefined },
  ) {
    this.#paths = paths;
    this.#expected = expected;
    this.#handle = opened.handle;
    this.#writer = opened.writer;
    this.#bootId = opened.bootId;
    if (opened.sidecar) {
      const { source, bootId: _, ...facts } = opened.sidecar;
      this.#source = source;
      this.facts = facts;
    }
    this.#hashesCrc64 = (this.facts.crc64 ?? expected.crc64) !== undefined;
  }

  /** Opens the part. What an earlier run left is kept if it provably has the same source; otherwise the part is emptied. */
  static async open(paths: CapturePaths, expected: CaptureSettings['expected'], source: string): Promise<PartFile> {
    const bootId = await currentBootId();
    // O_NOFOLLOW: a link planted at this name since the check must not lead the bytes elsewhere.
    const handle = await open(paths.part, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o644);
    try {
      const found = await readSidecar(paths.sidecar);
      const { size } = await handle.stat();
      const sidecar = found && isUsable(found, { size, source, bootId, expected }) ? found : undefined;
      const hasher = new FileHasher((sidecar?.crc64 ?? expected.crc64) !== undefined);
      const position = sidecar ? await hashFile(paths.part, hasher, size) : 0;
      if (!sidecar && size > 0) await handle.truncate(0);
      return new PartFile(paths, expected, {
        handle,
        bootId,
        sidecar,
        writer: new PartWriter(handle, hasher, position),
      });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get position(): number {
    return this.#writer.position;
  }

  /** True when every byte is here, by a length that the server or the caller gave. */
  get isComplete(): boolean {
    return this.position > 0 && this.position === (this.facts.totalBytes ?? this.#expected.sizeBytes);
  }

  /** What to ask the server for next. */
  asked(): Asked {
    return canResume(this.facts) ? { position: this.position, facts: this.facts } : { position: 0, facts: {} };
  }

  /**
   * The next bytes are the first of the file. The old bytes go before the new validator is stored: in the other order a
   * kill in between would leave old bytes under the new name.
   */
  async beginWhole(facts: RemoteFacts, source: string): Promise<void> {
    this.#hashesCrc64 = (facts.crc64 ?? this.#expected.crc64) !== undefined;
    await this.#restart(this.#hashesCrc64);
    this.#writer.writeAfter(this.#describe(facts, source));
  }

  /** The next bytes follow the ones that are here. */
  async beginRest(facts: RemoteFacts, source: string): Promise<void> {
    await this.#rehash();
    const same = source === this.#source && JSON.stringify(facts) === JSON.stringify(this.facts);
    if (!same) this.#writer.writeAfter(this.#describe(facts, source));
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#writer.append(bytes);
  }

  /** Discards the last bytes: it is unknown whether they belong to the file. */
  async dropLast(bytes: number): Promise<void> {
    this.doubtfulBytes = 0;
    if (bytes > 0 && (await this.#writer.dropLast(bytes))) this.#mustRehash = true;
  }

  /** A checksum of the whole will tell whether every byte is right. */
  get hasChecksum(): boolean {
    return (this.facts.crc64 ?? this.#expected.crc64 ?? this.#expected.sha256) !== undefined;
  }

  flushIfIdle(): void {
    this.#writer.flushIfIdle();
  }

  /** Everything appended is in the file afterwards. */
  settle(): Promise<void> {
    return this.#writer.drain();
  }

  /** The checksums of the settled file; the CRC is computed from the disk if the server announced it too late. */
  async digest(needsCrc64: boolean): Promise<{ sha256: string; crc64: string | undefined }> {
    await this.#rehash();
    const digests = this.#writer.hasher.digest();
    if (!needsCrc64 || this.#hashesCrc64) return digests;
    const hasher = new FileHasher(true);
    await hashFile(this.#paths.part, hasher);
    return hasher.digest();
  }

  /** Empties the part: its bytes are of no use. */
  async throwAway(): Promise<void> {
    await this.#restart(this.#expected.crc64 !== undefined);
    await removeSidecar(this.#paths.sidecar);
    this.facts = {};
  }

  /** Makes the verified part the final file, unless `within` rejects. Always closes it. */
  async publish(within?: RenameStep): Promise<void> {
    this.#closed = true;
    try {
      await publishFile(this.#handle, this.#paths.part, this.#paths.final, within);
    } finally {
      this.isGone = !existsSync(this.#paths.part);
    }
    await removeSidecar(this.#paths.sidecar);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }

  /** Closes and deletes the part and its sidecar; best effort, because it runs after a failure. */
  async discard(): Promise<void> {
    await this.close().catch(() => {});
    await rm(this.#paths.part, { force: true }).catch(() => {});
    await rm(this.#paths.sidecar, { force: true }).catch(() => {});
  }

  async #restart(hashesCrc64: boolean): Promise<void> {
    this.doubtfulBytes = 0;
    await this.#writer.restart(new FileHasher(hashesCrc64));
    this.#mustRehash = false;
  }

  /** Only when it is needed: a call that ends here never does. Expects a settled file. */
  async #rehash(): Promise<void> {
    if (!this.#mustRehash) return;
    const hasher = new FileHasher(this.#hashesCrc64);
    await hashFile(this.#paths.part, hasher, this.position);
    this.#writer.hasher = hasher;
    this.#mustRehash = false;
  }

  async #describe(facts: RemoteFacts, source: string): Promise<void> {
    this.facts = facts;
    this.#source = source;
    // Without a validator the part can never be continued, so there is nothing to remember.
    if (!canResume(facts)) return await removeSidecar(this.#paths.sidecar);
    await writeSidecar(this.#paths.sidecar, { ...facts, source, bootId: this.#bootId });
  }
}

/** Whether the bytes that an earlier run left may be built upon. */
function isUsable(
  sidecar: Sidecar,
  now: { size: number; source: string; bootId: string | undefined; expected: CaptureSettings['expected'] },
): boolean {
  if (now.size === 0 || sidecar.source !== now.source || !canResume(sidecar)) return false;
  if (sidecar.totalBytes !== undefined && now.size > sidecar.totalBytes) return false;
  // After a power cut the file can have its length and zeros in place of bytes. Only a checksum would notice.
  const checksum = sidecar.crc64 ?? now.expected.crc64 ?? now.expected.sha256;
  return checksum !== undefined || (sidecar.bootId !== undefined && sidecar.bootId === now.bootId);
}
