import * as z from 'zod';
import { commandLine } from '#lib/base/command-line.ts';
import { ReelError } from '#lib/base/errors.ts';

/**
 * Why the records of a part cannot be used where they are: `moving` and `moved`, away to another store; `filling`, in from
 * another one, and not complete. Kept with the records; absent where they are in use.
 */
export const transferSchema = z.looseObject({
  state: z.enum(['filling', 'moving', 'moved']),
  /** The other store, as a person recognises it; without a password. */
  place: z.string(),
  /** The same on both sides of one move. */
  moveId: z.string(),
  /** ISO 8601, when it began. */
  at: z.string(),
});
export type Transfer = z.infer<typeof transferSchema>;

/** @throws ReelError `config` unless the records are in use where they are */
export function assertInUse(part: string, here: string, transfer: Transfer | undefined): void {
  if (transfer === undefined) return;
  throw new ReelError('config', `${whatHappened(part, here, transfer)} Nothing was changed.`, { stage: 'recording' });
}

function whatHappened(part: string, here: string, { state, place, at }: Transfer): string {
  const command = commandLine('migrate-records');
  const again = `If the move was interrupted, run "${command}" again to complete it.`;
  if (state === 'moving') return `The records of ${part} in ${here} are being moved to ${place}. ${again}`;
  if (state === 'filling') return `The records of ${part} are being moved from ${place} to ${here}. ${again}`;
  const isDatabase = /^(sqlite|postgres(ql)?):/.test(place);
  const use = isDatabase ? 'Set REELKEEP_DATABASE to that database' : 'Unset REELKEEP_DATABASE';
  const advice = `${use}, or move them back with "${command}".`;
  return `The records of ${part} are no longer in ${here}: they were moved to ${place} on ${at}. ${advice}`;
}

/** @param text as stored in a database; undefined: the records are in use */
export function parseTransfer(text: string | undefined): Transfer | undefined {
  return text === undefined ? undefined : transferSchema.parse(JSON.parse(text));
}

/** @throws ReelError `config` when another move has begun, or this one was given up */
export function assertSameMove(part: string, transfer: Transfer | undefined, moveId: string): void {
  if (transfer?.moveId === moveId && transfer.state === 'filling') return;
  throw new ReelError('config', `Another command has moved the records of ${part}, or given up this move.`, {
    stage: 'recording',
  });
}
