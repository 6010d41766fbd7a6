import * as z from 'zod';
import { leaseSchema } from '#lib/jobs/record/job-record.ts';
import { PROPERTY_TYPES } from '#lib/notion/values/property-types.ts';
import type { RecordFormat } from '#lib/stores/records/record-store.ts';

const isoTime = z.iso.datetime();
const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** As `PropertyTarget`. */
const targetSchema = z.looseObject({
  name: z.string(),
  type: z.enum(PROPERTY_TYPES).optional(),
  options: z.record(z.string(), z.string()).readonly().optional(),
  checkedWhen: z.array(z.string()).readonly().optional(),
});

/** What is to be written to one property. */
const waitingSchema = z.looseObject({
  value: valueSchema,
  /** Grows with every change: what was sent is only done with while no newer value has taken its place. */
  revision: z.number().int().positive(),
  at: isoTime,
  /** Where it goes, as configured in the process that queued it. */
  target: targetSchema.optional(),
  /** Why it cannot be written at present. */
  problem: z.looseObject({ property: z.string(), reason: z.string() }).optional(),
});

const pageSchema = z.looseObject({
  kind: z.literal('page'),
  /** As it was given. */
  pageId: z.string(),
  revision: z.number().int().nonnegative(),
  /** By field. A page that waits for nothing has no record. */
  waiting: z.record(z.string(), waitingSchema),
  nextTryAt: isoTime,
  /** Failures in a row. */
  attempts: z.number().int().nonnegative(),
  /** What the last one was. */
  failure: z.string().optional(),
  /** Until then Notion wants no request at all. */
  pausedUntil: isoTime.optional(),
  /** Why nothing can be written to the page at present. */
  setAside: z.string().optional(),
  /** Opens the page in Notion. */
  url: z.string().optional(),
  lease: leaseSchema.optional(),
  fence: z.number().int().positive().optional(),
});

const dataSourceSchema = z.looseObject({
  kind: z.literal('data-source'),
  dataSourceId: z.string(),
  /** The ids of the properties, by the names that they had when they were first needed. */
  propertyIds: z.record(z.string(), z.string()),
});

const recordSchema = z.discriminatedUnion('kind', [pageSchema, dataSourceSchema]);
export type NotionRecord = z.infer<typeof recordSchema>;
export type PageRecord = z.infer<typeof pageSchema>;
export type Waiting = z.infer<typeof waitingSchema>;
export type StoredValue = z.infer<typeof valueSchema>;

export const notionFormat: RecordFormat<NotionRecord> = {
  schema: recordSchema,
  keyOf: (record) => (record.kind === 'page' ? pageKey(record.pageId) : dataSourceKey(record.dataSourceId)),
  claimsOf: () => [],
  totalsOf: () => ({}),
  isUnfinished: ({ kind }) => kind === 'page',
  dueMs: (record) => (record.kind === 'page' ? Date.parse(record.nextTryAt) : undefined),
  taskIdsOf: () => [],
};

/** One page has one record, with or without the hyphens in its id. */
export function pageKey(pageId: string): string {
  return `page:${plainId(pageId)}`;
}

export function dataSourceKey(dataSourceId: string): string {
  return `data-source:${plainId(dataSourceId)}`;
}

function plainId(id: string): string {
  const hex = id.replaceAll('-', '');
  return /^[0-9a-f]{32}$/i.test(hex) ? hex.toLowerCase() : id;
}

/** Opens the page in Notion, where its own address is not known yet. */
export function linkOf({ pageId, url }: Pick<PageRecord, 'pageId' | 'url'>): string {
  return url ?? `https://www.notion.so/${encodeURIComponent(plainId(pageId))}`;
}

/** Whether the page has something to write that nothing is known to stand in the way of. */
export function isReady({ setAside, waiting }: PageRecord): boolean {
  return setAside === undefined && Object.values(waiting).some(({ problem }) => problem === undefined);
}

/** By field. */
export type Values = Readonly<Record<string, Pick<Waiting, 'value' | 'target'>>>;

/** No wait that is put on record is longer: a time further ahead was written by a clock that was wrong. */
const LONGEST_WAIT_MS = 24 * 60 * 60_000;

/** When the page is to be tried, in ms since the epoch; 0: at once. */
export function dueMsOf({ nextTryAt }: PageRecord, nowMs: number): number {
  return plausibleMs(nextTryAt, nowMs);
}

/** When the next request may be sent at all, by what is on record of this page. */
export function openMsOf({ pausedUntil }: PageRecord, nowMs: number): number {
  return pausedUntil === undefined ? 0 : plausibleMs(pausedUntil, nowMs);
}

function plausibleMs(time: string, nowMs: number): number {
  const atMs = Date.parse(time);
  return atMs > nowMs + LONGEST_WAIT_MS ? 0 : atMs;
}

export interface NewValues {
  pageId: string;
  values: Values;
  nowMs: number;
}

/** The record with newer values in place of the older ones of the same fields. */
export function withValues(current: PageRecord | undefined, { pageId, values, nowMs }: NewValues): PageRecord {
  const now = new Date(nowMs).toISOString();
  const record = current ?? { kind: 'page', pageId, revision: 0, waiting: {}, nextTryAt: now, attempts: 0 };
  const newer = Object.entries(values).filter(([field, next]) => !isSame(record.waiting[field], next));
  if (newer.length === 0) return record;
  // Never a number that an earlier record of the page may have had.
  let revision = Math.max(record.revision, nowMs);
  const added = newer.map(([field, next]) => {
    revision += 1;
    return [field, { ...next, revision, at: now }] as const;
  });
  const waiting = { ...record.waiting, ...Object.fromEntries(added) };
  // A page that is retried after a failure keeps its time: updates that come quickly must not undo the back-off.
  const nextTryAt = isReady(record) ? record.nextTryAt : now;
  return { ...record, waiting, revision, nextTryAt };
}

function isSame(old: Waiting | undefined, next: Values[string]): boolean {
  if (!old || old.problem !== undefined || old.value !== next.value) return false;
  return JSON.stringify(old.target) === JSON.stringify(next.target);
}

/** What one attempt has achieved. */
export interface Attempt {
  /** Written to the page. */
  sent: ReadonlyArray<{ field: string; revision: number }>;
  /** Cannot be written at present. */
  problems: ReadonlyArray<{ field: string; revision: number; property: string; reason: string }>;
  url?: string | undefined;
  /** Why nothing can be written to the page at present. */
  setAside?: string | undefined;
  /** What ended the attempt, and may pass by itself. */
  failure?: Failure | undefined;
}

export interface Failure {
  reason: string;
  /** When to try again; undefined: after a back-off of the page's own. */
  nextTryMs?: number | undefined;
  /** Until then Notion wants no request at all. */
  pausedUntilMs?: number | undefined;
}

/** How long to wait after so many failures in a row: while it may pass by itself, or until a person does something. */
export interface Delays {
  afterFailureMs(attempts: number): number;
  atRestMs(attempts: number): number;
}

/** The record after an attempt, without its lease; undefined when nothing is left to write. */
export function afterAttempt(
  record: PageRecord,
  attempt: Attempt,
  { nowMs, delays }: { nowMs: number; delays: Delays },
): PageRecord | undefined {
  const waiting = waitingAfter(record.waiting, attempt);
  if (Object.keys(waiting).length === 0) return undefined;
  const { failure, url = record.url } = attempt;
  // A failure says nothing about what a person has to put right.
  const setAside = attempt.setAside ?? (failure && record.setAside);
  const next = {
    ...record,
    waiting,
    setAside,
    url,
    failure: failure?.reason,
    pausedUntil: failure?.pausedUntilMs === undefined ? undefined : new Date(failure.pausedUntilMs).toISOString(),
    lease: undefined,
    fence: record.lease?.fence ?? record.fence,
  };
  // A failure of the whole connection says nothing about this page.
  const isOwnFault = failure ? failure.nextTryMs === undefined : !isReady(next);
  const attempts = isOwnFault ? record.attempts + 1 : failure ? record.attempts : 0;
  const nextTryMs = failure?.nextTryMs ?? nowMs + delayOf(next, attempts, attempt, delays);
  return { ...next, attempts, nextTryAt: new Date(nextTryMs).toISOString() };
}

function waitingAfter(waiting: PageRecord['waiting'], { sent, problems }: Attempt): PageRecord['waiting'] {
  const isOf = (field: string, revision: number) => (one: { field: string; revision: number }) =>
    one.field === field && one.revision === revision;
  const left = Object.entries(waiting).filter(([field, { revision }]) => !sent.some(isOf(field, revision)));
  return Object.fromEntries(
    left.map(([field, value]) => {
      const problem = problems.find(isOf(field, value.revision));
      return [field, problem ? { ...value, problem: { property: problem.property, reason: problem.reason } } : value];
    }),
  );
}

function delayOf(next: PageRecord, attempts: number, { failure }: Attempt, delays: Delays): number {
  if (failure) return delays.afterFailureMs(attempts);
  return isReady(next) ? 0 : delays.atRestMs(attempts);
}
