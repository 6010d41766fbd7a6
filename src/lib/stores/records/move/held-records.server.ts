import * as z from 'zod';
import { ReelError } from '#lib/base/errors.ts';
import { isSurelyDead } from '#lib/base/process/process-identity.server.ts';
import type { RecordText } from './part-home.ts';

const leaseSchema = z.looseObject({ owner: z.string(), expiresAt: z.string() });
/** The two ways in which records name the process that works on them. */
const heldSchema = z.union([
  z.looseObject({ lease: leaseSchema }).transform(({ lease }) => lease),
  z
    .looseObject({ owner: z.string(), leasedUntil: z.string() })
    .transform(({ owner, leasedUntil }) => ({ owner, expiresAt: leasedUntil })),
]);
const MOST_NAMED = 3;

/**
 * Refuses to move records while a process works on them: what it buys or saves next could not be put on record.
 * @throws ReelError `busy` naming some of them
 */
export function assertNobodyWorks(part: string, records: Iterable<RecordText>, nowMs: number): void {
  const held: string[] = [];
  for (const { key, content } of records) if (isHeld(content, nowMs)) held.push(key);
  if (held.length === 0) return;
  const named = held.slice(0, MOST_NAMED).join(', ') + (held.length > MOST_NAMED ? ', …' : '');
  const message = `A process works on ${held.length} of the records of ${part} (${named}).`;
  throw new ReelError('busy', `${message} Stop Reelkeep everywhere, then move them. Nothing was changed.`, {
    stage: 'recording',
  });
}

function isHeld(content: string, nowMs: number): boolean {
  const { data } = heldSchema.safeParse(JSON.parse(content));
  return data !== undefined && Date.parse(data.expiresAt) > nowMs && !isSurelyDead(data.owner);
}
