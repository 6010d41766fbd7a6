import { createHash, randomUUID } from 'node:crypto';
import { commandLine } from '#lib/base/command-line.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { HomeState, PartHome, RecordText } from './part-home.ts';
import type { Transfer } from './transfer.ts';

export interface MoveResult {
  readonly part: string;
  /** `nothing`: there are no records to move. `already-there`: an earlier move has brought them. */
  readonly outcome: 'moved' | 'already-there' | 'nothing';
  readonly records: number;
  /** Over all keys and records, in their order; the same on both sides. */
  readonly sha256?: string;
}

export interface MoveOptions {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** @param records copied so far */
  onProgress?: ((records: number) => void) | undefined;
}

/**
 * Moves the records of a part to another place: closes the one, copies, compares counts and hashes, opens the other. At no
 * time are both in use. Killed at any point, it is completed by calling it again, or given up by `giveUpMove`.
 * @throws ReelError `busy` while a process works on a record; `config` for a place that has other records, or is part of
 *   another move; `integrity` when the copy differs; what the stores throw
 */
export async function moveRecords(
  part: string,
  from: PartHome,
  to: PartHome,
  options: MoveOptions,
): Promise<MoveResult> {
  const [source, target] = [await from.look(), await to.look()];
  const { transfer } = source;
  const hasArrived = transfer !== undefined && target.arrivedBy === transfer.moveId && target.transfer === undefined;
  if (transfer?.state === 'moved' && hasArrived) {
    return { part, outcome: 'already-there', records: target.records };
  }
  // Killed after the copy was opened, and before the original was marked.
  if (transfer?.state === 'moving' && hasArrived) return conclude(part, from, to, transfer);
  assertSource(part, from, source, to);
  const mark = await from.readMark();
  // What was lost before cannot be told from what a move has lost.
  if (mark?.lost || (mark?.hasRecords && source.records === 0)) throw lost(part, from);
  if (source.records === 0 && !transfer) return { part, outcome: 'nothing', records: 0 };
  assertTarget(part, to, target, transfer?.moveId);
  return copy(part, from, to, transfer ?? newTransfer(to, options.now()), options);
}

/** Leaves the records where they were, if the move has not come to its end. @returns false if there was nothing to give up */
export async function giveUpMove(part: string, from: PartHome, to: PartHome): Promise<boolean> {
  const [source, target] = [await from.look(), await to.look()];
  const moveId = source.transfer?.state === 'moving' ? source.transfer.moveId : undefined;
  const left = target.transfer?.state === 'filling' ? target.transfer.moveId : undefined;
  if (moveId === undefined && left === undefined) return false;
  if (moveId !== undefined && target.arrivedBy === moveId && target.transfer === undefined) {
    throw wrong(`The records of ${part} are in ${to.name} already. ${AGAIN}`);
  }
  if (left !== undefined) await to.giveUp(left);
  if (moveId !== undefined) await from.giveUp(moveId);
  return true;
}

const AGAIN = `Run "${commandLine('migrate-records')}" again to complete the move.`;

async function copy(
  part: string,
  from: PartHome,
  to: PartHome,
  transfer: Transfer,
  { onProgress }: MoveOptions,
): Promise<MoveResult> {
  await from.freeze(transfer);
  const mark = await from.readMark();
  const original = new Digest();
  const { transfer: _transfer, arrivedBy: _arrivedBy, ...kept } = mark ?? { hasRecords: true };
  const filling = { ...transfer, state: 'filling' as const, place: from.name };
  await to.fill(filling, original.over(from.read(), onProgress), kept);
  const copied = new Digest();
  for await (const _record of copied.over(to.read())) {
    // Only counted and hashed.
  }
  if (copied.records !== original.records || copied.sha256 !== original.sha256) {
    const counts = `${copied.records} of ${original.records} records`;
    const message = `The copy of ${part} in ${to.name} differs from ${from.name} (${counts}). Nothing was lost. ${AGAIN}`;
    throw new ReelError('integrity', message, { stage: 'recording', retryable: true });
  }
  await to.open(transfer.moveId);
  await from.leave(transfer);
  return { part, outcome: 'moved', records: copied.records, sha256: copied.sha256 };
}

async function conclude(part: string, from: PartHome, to: PartHome, transfer: Transfer): Promise<MoveResult> {
  const digest = new Digest();
  for await (const _record of digest.over(to.read())) {
    // Only counted and hashed.
  }
  await from.leave(transfer);
  return { part, outcome: 'moved', records: digest.records, sha256: digest.sha256 };
}

/** Counts and hashes records on their way. */
class Digest {
  readonly #hash = createHash('sha256');
  #sha256: string | undefined;
  records = 0;

  async *over(records: AsyncIterable<RecordText>, onProgress?: (records: number) => void): AsyncGenerator<RecordText> {
    for await (const record of records) {
      this.#hash.update(`${JSON.stringify(record.key)} ${record.content}\n`);
      this.records += 1;
      onProgress?.(this.records);
      yield record;
    }
  }

  get sha256(): string {
    this.#sha256 ??= this.#hash.digest('hex');
    return this.#sha256;
  }
}

function newTransfer(to: PartHome, nowMs: number): Transfer {
  return { state: 'moving', place: to.name, moveId: randomUUID(), at: new Date(nowMs).toISOString() };
}

function assertSource(part: string, from: PartHome, { transfer }: HomeState, to: PartHome): void {
  if (!transfer || (transfer.state === 'moving' && transfer.place === to.name)) return;
  const { state, place } = transfer;
  if (state === 'moved')
    throw wrong(`The records of ${part} are no longer in ${from.name}: they were moved to ${place}.`);
  const [other, direction] = state === 'moving' ? ['to', place] : ['from', place];
  throw wrong(`A move of ${part} ${other} ${direction} was interrupted. Complete that one first, or give it up.`);
}

function assertTarget(part: string, to: PartHome, target: HomeState, moveId: string | undefined): void {
  const { transfer, records } = target;
  if (transfer === undefined && records > 0) {
    throw wrong(`${to.name} has ${records} records of ${part} already, which would be lost. Nothing was changed.`);
  }
  if (transfer === undefined || transfer.state === 'moved' || transfer.moveId === moveId) return;
  throw wrong(
    `${to.name} is part of another move of ${part}, with ${transfer.place}. Complete that one first, or give it up.`,
  );
}

function lost(part: string, from: PartHome): ReelError {
  const message = `Records of ${part} are missing in ${from.name}.`;
  return new ReelError(
    'store-corrupt',
    `${message} Put back a copy, or accept the loss with --adopt, then move them.`,
    {
      stage: 'recording',
    },
  );
}

function wrong(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}
