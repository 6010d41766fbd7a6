import { type DownloadRecord, dueMs, isActive, laterWork } from '#lib/openai-videos/assets/job/record.ts';

/** What can be done for a record: fetch its film, fetch pictures that are missing, or what needs no download. */
export type WorkKind = 'film' | 'missing' | 'notion' | 'pictures';

export interface Candidate {
  record: DownloadRecord;
  kind: WorkKind;
}

/** What a record is waiting for; undefined: nothing. */
export function workOf(record: DownloadRecord): WorkKind | undefined {
  return isActive(record) ? 'film' : laterWork(record);
}

/** What a job that has ended leaves to do; undefined for one that is tried again. */
export function toDoAfter(
  status: DownloadRecord['status'] | undefined,
  wanted: { notion: boolean; pictures: boolean },
): DownloadRecord['toDo'] {
  if (status === 'pending') return undefined;
  const { notion } = wanted;
  const pictures = wanted.pictures && status === 'completed';
  return notion || pictures ? { ...(notion && { notion }), ...(pictures && { pictures }) } : undefined;
}

/** Whether it uses the connection to the service, of which only so much may run at once. */
export function isDownload(kind: WorkKind | 'look'): boolean {
  return kind === 'film' || kind === 'missing';
}

/** What is due, most urgent first: films before pictures, and of films the one whose deadline is nearest. */
export function dueWork(records: readonly DownloadRecord[], nowMs: number): Candidate[] {
  return records
    .flatMap((record) => {
      const kind = workOf(record);
      return kind && (dueMs(record) ?? Number.POSITIVE_INFINITY) <= nowMs ? [{ record, kind }] : [];
    })
    .sort(byUrgency);
}

function byUrgency(a: Candidate, b: Candidate): number {
  if (a.kind !== b.kind) return a.kind === 'film' ? -1 : b.kind === 'film' ? 1 : 0;
  return compare(a.record.expiresAt, b.record.expiresAt) || compare(a.record.queuedAt, b.record.queuedAt);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** When the next of the records falls due after `nowMs`. */
export function nextDueMs(records: readonly DownloadRecord[], nowMs: number): number | undefined {
  const times = records.flatMap((record) => {
    const due = dueMs(record);
    return due !== undefined && due > nowMs ? [due] : [];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}
