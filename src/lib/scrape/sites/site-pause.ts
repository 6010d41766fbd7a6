import * as z from 'zod';
import { backoffDelayMs } from '#lib/base/backoff.ts';
import type { RecordFormat } from '#lib/stores/records/record-store.ts';

const isoTime = z.iso.datetime();
const BACKOFF = { baseMs: 60_000, maxMs: 3_600_000 };
/** A site that asks for more has probably counted milliseconds as seconds. */
const LONGEST_MS = 24 * 3_600_000;
/** A probe that has said nothing for so long is given to another film. */
const PROBE_MS = 120_000;
/** While another film probes: how often to look whether it has succeeded. */
const LOOK_AGAIN_MS = 1000;

const sitePauseSchema = z.looseObject({
  site: z.string().min(1),
  /** Refusals in a row. */
  failures: z.number().int().positive(),
  pausedAt: isoTime,
  pausedUntil: isoTime,
  /** The one film that may ask the site again. */
  probe: z.looseObject({ id: z.string(), until: isoTime }).optional(),
});

/** A site that refuses to be asked so often. There is no record of one that answers. */
export type SitePause = z.infer<typeof sitePauseSchema>;

const sitePauseFormat: RecordFormat<SitePause> = {
  schema: sitePauseSchema,
  keyOf: ({ site }) => site,
  ...{ claimsOf: () => [], totalsOf: () => ({}), isUnfinished: () => false },
  ...{ dueMs: () => undefined, taskIdsOf: () => [] },
};

/** What `npm run migrate-records` and the database know of this part. */
export const sitePauseRecords = { name: 'scrape-sites', format: sitePauseFormat } as const;

export type Entry =
  | { kind: 'open' }
  | { kind: 'wait'; untilMs: number; isProbing: boolean }
  | { kind: 'probe'; next: SitePause };

/** Whether a film may ask its site now. @param id of the film's try */
export function entryTo(onRecord: SitePause | undefined, id: string, nowMs: number): Entry {
  const pause = valid(onRecord, nowMs);
  if (!pause) return { kind: 'open' };
  const untilMs = Date.parse(pause.pausedUntil);
  if (nowMs < untilMs) return { kind: 'wait', untilMs, isProbing: false };
  const { probe } = pause;
  if (probe && probe.id !== id && nowMs < Date.parse(probe.until)) {
    return { kind: 'wait', untilMs: nowMs + LOOK_AGAIN_MS, isProbing: true };
  }
  return { kind: 'probe', next: { ...pause, probe: { id, until: timeOf(nowMs + PROBE_MS) } } };
}

/**
 * After a refusal: as long as the site asks, but a day at most, else twice as long as the last time. One of a request that
 * had begun before the pause says nothing new.
 */
export function pausedAfter(
  onRecord: SitePause | undefined,
  refusal: { site: string; startedMs: number; nowMs: number; retryAfterMs: number | undefined },
  clock: { random(): number },
): SitePause {
  const { site, startedMs, nowMs, retryAfterMs } = refusal;
  const pause = valid(onRecord, nowMs);
  const isOld = pause !== undefined && startedMs <= Date.parse(pause.pausedAt);
  const failures = (pause?.failures ?? 0) + (isOld ? 0 : 1);
  const waitMs = Math.min(retryAfterMs ?? (isOld ? 0 : backoffDelayMs(failures, BACKOFF, clock)), LONGEST_MS);
  const untilMs = Math.max(nowMs + waitMs, isOld ? Date.parse(pause.pausedUntil) : 0);
  if (isOld) return { ...pause, pausedUntil: timeOf(untilMs) };
  return { site, failures, pausedAt: timeOf(nowMs), pausedUntil: timeOf(untilMs) };
}

/** After an answer: the pause is over, unless it has begun since that request. */
export function pauseAfterAnswer(pause: SitePause | undefined, startedMs: number): SitePause | undefined {
  return pause && startedMs <= Date.parse(pause.pausedAt) ? pause : undefined;
}

/** After a probe that has learned nothing: the next film may try. */
export function withoutProbe(pause: SitePause | undefined, id: string): SitePause | undefined {
  return pause?.probe?.id === id ? { ...pause, probe: undefined } : pause;
}

/** A pause that lasts longer than any was dated by a clock that is wrong, there or here, and could last for years. */
function valid(pause: SitePause | undefined, nowMs: number): SitePause | undefined {
  return pause && Date.parse(pause.pausedUntil) - nowMs > 2 * LONGEST_MS ? undefined : pause;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
