import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Clock } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { acquireFileLock, type FileLock } from '#lib/base/disk/file-lock.server.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { isSurelyDead, processIdentity } from '#lib/jobs/lease/process-identity.server.ts';
import { datedSlot, SLOT_PHASES, type Slot, type SlotBook, type SlotView } from './rate-limit.ts';

export interface SlotFileOptions {
  /** Made when missing. Private to the user: what others could write there would be believed. */
  folder: string;
  /** What is counted together. It is written to the file, so it must not hold a key. */
  name: string;
  windowMs: number;
  /** Must mean the same in all processes. */
  clock: Clock;
  /** @default this process */
  owner?: string;
}

type State = Record<string, Slot[]>;
const stateSchema: z.ZodType<State> = z.record(
  z.string(),
  z.array(z.object({ id: z.string(), owner: z.string(), phase: z.enum(SLOT_PHASES), sinceMs: z.number() })),
);

/** No slot counts for longer, whatever its limit. */
const KEPT_MS = 60_000;

/**
 * The slots of all processes of one user on one machine. One small file for all names, so that nothing piles up. No
 * fsync: what a power cut takes is out of date when the machine is up again.
 *
 * - A process that is killed leaves its slots behind; a request of it that was on its way counts as lost.
 * - A file that cannot be understood says nothing about the last window: nobody passes for one, then it is replaced.
 * - A process that is stopped while it holds the lock (it does for a fraction of a millisecond) would hold up all others.
 *   Whoever has not got the lock for a whole window passes alone: one request a window for each process, so that as many
 *   processes as the limit allows requests are still within it.
 * - Without a usable folder (read-only, full, of somebody else) each process counts for itself.
 */
export class SlotFile implements SlotBook {
  readonly #options: SlotFileOptions;
  readonly owner: string;
  #garbledSinceMs: number | undefined;

  constructor(options: SlotFileOptions) {
    this.#options = options;
    this.owner = options.owner ?? processIdentity();
  }

  async update<Result>(
    change: (view: SlotView) => { slots: readonly Slot[]; result: Result },
    signal?: AbortSignal,
  ): Promise<Result> {
    let lock: FileLock;
    try {
      lock = await this.#lock(signal);
    } catch (error) {
      const code = isReelError(error) ? error.code : undefined;
      if (code === 'aborted') throw error;
      return change({ slots: [], ...(code === 'busy' && { atMost: 1 }) }).result;
    }
    try {
      return this.#exchange(change);
    } finally {
      lock.release();
    }
  }

  async #lock(signal: AbortSignal | undefined): Promise<FileLock> {
    const { folder, clock, windowMs } = this.#options;
    preparePrivateFolder(folder);
    return acquireFileLock(join(folder, 'requests.lock.db'), { clock, timeoutMs: windowMs, ...(signal && { signal }) });
  }

  /** Without a pause: whoever is stopped here stops everybody. */
  #exchange<Result>(change: (view: SlotView) => { slots: readonly Slot[]; result: Result }): Result {
    const state = this.#read();
    if (state === 'unreadable') return change({ slots: [] }).result;
    if (state === 'garbled') return change({ slots: [], atMost: 0 }).result;
    const { name } = this.#options;
    const { slots, result } = change({ slots: this.#withoutDead(state[name] ?? []) });
    this.#write({ ...state, [name]: [...slots] });
    return result;
  }

  /** What is on its way from a killed process can only be in the kernel or in the network: it will not take long. */
  #withoutDead(slots: readonly Slot[]): Slot[] {
    const flying = slots.filter(({ phase, owner }) => phase === 'flying' && owner !== this.owner);
    const dead = new Set([...new Set(flying.map(({ owner }) => owner))].filter(isSurelyDead));
    const sinceMs = this.#options.clock.now();
    return slots.map(
      (slot): Slot => (slot.phase === 'flying' && dead.has(slot.owner) ? { ...slot, phase: 'lost', sinceMs } : slot),
    );
  }

  get #path(): string {
    return join(this.#options.folder, 'requests');
  }

  #read(): State | 'garbled' | 'unreadable' {
    const nowMs = this.#options.clock.now();
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      return errnoOf(error) === 'ENOENT' ? {} : 'unreadable';
    }
    const state = parsed(text);
    if (state === undefined) return this.#garbled(nowMs);
    this.#garbledSinceMs = undefined;
    return keptSlots(state, nowMs);
  }

  /** The file stays as it is for the window: an orderly one would tell other processes that nobody passed. */
  #garbled(nowMs: number): State | 'garbled' {
    this.#garbledSinceMs = Math.min(this.#garbledSinceMs ?? nowMs, nowMs);
    return nowMs < this.#garbledSinceMs + this.#options.windowMs ? 'garbled' : {};
  }

  /**
   * Over the old bytes: renaming a new file into place makes ext4 wait for the disk, 2 ms and more, under everybody's
   * lock. What a killed writer leaves half written, the checksum tells.
   */
  #write(state: State): void {
    try {
      const handle = openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
      try {
        writeSync(handle, written(state).padEnd(fstatSync(handle).size), 0);
      } finally {
        closeSync(handle);
      }
    } catch {
      // A full disk: this process still knows its own slots, and brings them along the next time.
    }
  }
}

function written(state: State): string {
  const json = JSON.stringify(state);
  return `${crc32(json)}\n${json}`;
}

function parsed(text: string): State | undefined {
  const [checksum, json = ''] = text.trimEnd().split('\n');
  if (checksum !== String(crc32(json))) return undefined;
  try {
    return stateSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/** Without what is over under every limit: names come and go, with the keys and ports that they are made of. */
function keptSlots(state: State, nowMs: number): State {
  const names = Object.entries(state).map(([name, slots]): [string, Slot[]] => [
    name,
    slots.map((slot) => datedSlot(slot, nowMs)).filter(({ sinceMs }) => sinceMs > nowMs - KEPT_MS),
  ]);
  return Object.fromEntries(names.filter(([, slots]) => slots.length > 0));
}

/** @throws ReelError `disk*` when there is no such folder, or others could write there or replace it */
function preparePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw diskError(error, folder);
  }
  const stats = lstatSync(folder);
  const userId = process.getuid?.();
  // Windows has neither user numbers nor these bits, and a folder for temporary files for each user.
  const isPrivate = userId === undefined || (stats.uid === userId && (stats.mode & 0o077) === 0);
  if (stats.isDirectory() && isPrivate) return;
  throw new ReelError('disk-denied', `${folder} is not a private folder of this user. Delete it or move it away.`);
}
