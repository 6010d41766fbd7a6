import * as z from 'zod';
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
  const again = 'If the move was interrupted, run "npm run migrate-records" again to complete it.';
  if (state === 'moving') return `The records of ${part} in ${here} are being moved to ${place}. ${again}`;
  if (state === 'filling') return `The records of ${part} are being moved from ${place} to ${here}. ${again}`;
  const advice = 'Set REELKEEP_DATABASE to that store, or move them back with "npm run migrate-records".';
  return `The records of ${part} are no longer in ${here}: they were moved to ${place} on ${at}. ${advice}`;
}

/** @param text as stored in a database; undefined: the records are in use */
export function parseTransfer(text: string | undefined): Transfer | undefined {
  return text === undefined ? undefined : transferSchema.parse(JSON.parse(text));
}
