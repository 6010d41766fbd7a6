import { z } from 'zod';

const text = z.string().nullish().catch(null);
const log = z.looseObject({ message: z.string() });
const status = z.looseObject({
  status: z.string(),
  queue_position: z.number().int().nonnegative().optional().catch(undefined),
  logs: z.array(z.unknown()).nullish().catch(null),
  error: z.unknown().optional(),
  error_type: text,
});

/** One look at a request of the queue. */
export interface FalStatus {
  /** A word that is none of fal's three counts as `running`: fal has no other end than COMPLETED. */
  phase: 'queued' | 'running' | 'completed';
  queuePosition: number | undefined;
  /** The last line that the model has logged. */
  lastLog: string | undefined;
  /** A request that failed or was cancelled is COMPLETED as well, and this is all that tells. */
  error: { type: string | undefined; message: string | undefined } | undefined;
}

/** Undefined for what is no status. */
export function statusOf(body: unknown): FalStatus | undefined {
  const { data } = status.safeParse(body);
  if (!data) return undefined;
  const { error, error_type: type } = data;
  const message = typeof error === 'string' && error !== '' ? error : undefined;
  const failed = type || (error !== undefined && error !== null && error !== '' && error !== false);
  return {
    phase: PHASES[data.status.toUpperCase()] ?? 'running',
    queuePosition: data.queue_position,
    lastLog: lastLogOf(data.logs ?? []),
    error: failed ? { type: type || undefined, message } : undefined,
  };
}

const PHASES: Partial<Record<string, FalStatus['phase']>> = {
  IN_QUEUE: 'queued',
  IN_PROGRESS: 'running',
  COMPLETED: 'completed',
};

function lastLogOf(logs: readonly unknown[]): string | undefined {
  const lines = logs.flatMap((one) => log.safeParse(one).data?.message.trim() || []);
  return lines.at(-1);
}
