import { ReelError } from '#lib/base/errors.ts';
import type { VideoService } from '#lib/openai-videos/assets/fetch/context.ts';
import { deadlineAfter, expiredMessage, isExpired } from '#lib/openai-videos/assets/job/deadline.ts';
import { type DownloadRecord, downloadKey, isActive } from '#lib/openai-videos/assets/job/record.ts';
import { jobOfPage } from '#lib/openai-videos/assets/job/views.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';

/** Somebody waits for the answer. */
const LATE_LOOK_TIMEOUT_MS = 5000;

export interface JobOrder {
  notionPageId: string;
  soraVideoId: string;
  batchId: string;
  completedAt: Date;
}

export interface JobTerms {
  store: RecordStore<DownloadRecord>;
  service: Pick<VideoService, 'retrieve'>;
  endpoint: string;
  storage: string;
  lifetimeMs: number;
  hasNotion: boolean;
  nowMs: number;
}

/**
 * Puts a job on record; the same one again has no effect. One whose time is over is `expired` at once, unless the service
 * keeps the video longer.
 * @returns the record if it is new
 */
export async function openJob(order: JobOrder, terms: JobTerms): Promise<DownloadRecord | undefined> {
  const { store } = terms;
  const fresh = newRecord(order, terms);
  const key = downloadKey(fresh);
  const isKnown = (await store.get(key)) !== undefined;
  const record = !isKnown && isExpired(fresh, terms.nowMs) ? await overdue(fresh, terms) : fresh;
  let isNew = false;
  const stored = await store.update(key, (current) => {
    isNew = current === undefined;
    return current ? { ...current, clearedAt: undefined } : record;
  });
  return isNew ? stored : undefined;
}

function newRecord({ completedAt, ...ids }: JobOrder, terms: JobTerms): DownloadRecord {
  return {
    ...ids,
    ...{ completedAt: completedAt.toISOString(), queuedAt: new Date(terms.nowMs).toISOString() },
    ...{ endpoint: terms.endpoint, storage: terms.storage },
    ...{ expiresAt: deadlineAfter(completedAt, terms.lifetimeMs), expiresBy: 'lifetime' },
    ...{ status: 'pending', retryCount: 0, assets: [] },
  };
}

async function overdue(record: DownloadRecord, { service, nowMs, hasNotion }: JobTerms): Promise<DownloadRecord> {
  const later = await laterDeadline(service, record.soraVideoId, nowMs);
  if (later !== undefined) return { ...record, expiresAt: later, expiresBy: 'service' };
  return { ...record, ...expiredNow(record, nowMs), ...(hasNotion && { toDo: { notion: true } }) };
}

/**
 * What the service says of a video whose hour is over: until when it keeps the files, if that is still to come. Asks for no
 * content.
 */
async function laterDeadline(
  service: Pick<VideoService, 'retrieve'>,
  videoId: string,
  nowMs: number,
): Promise<string | undefined> {
  try {
    const { expiresAt } = await service.retrieve(videoId, { timeoutMs: LATE_LOOK_TIMEOUT_MS });
    const time = expiresAt?.toISOString();
    return time === undefined || isExpired({ expiresAt: time }, nowMs) ? undefined : time;
  } catch {
    return undefined;
  }
}

function expiredNow(record: DownloadRecord, nowMs: number): Partial<DownloadRecord> {
  const endedAt = new Date(nowMs).toISOString();
  return { status: 'expired', error: expiredMessage(record), errorCode: 'expired', nextTryAt: undefined, endedAt };
}

/**
 * Makes a failed job of a page due again, with all its tries. One that is over can only be retried if the service says that it
 * keeps the video longer.
 * @throws ReelError `not-found`, `expired`, `config` for one of another service, or `invalid-input` for a job that has not
 * failed
 */
export async function reopenJob(
  notionPageId: string,
  records: readonly DownloadRecord[],
  { store, service, endpoint, nowMs }: Pick<JobTerms, 'store' | 'service' | 'endpoint' | 'nowMs'>,
): Promise<DownloadRecord> {
  const known = jobOfPage(
    records.filter((record) => record.clearedAt === undefined),
    notionPageId,
  );
  if (!known) throw new ReelError('not-found', 'Download job not found');
  const isFromHere = known.endpoint === endpoint;
  const mayBeOver = known.status === 'expired' || (known.status === 'failed' && isExpired(known, nowMs));
  if (known.status === 'failed' && !mayBeOver && !isFromHere) throw madeElsewhere(known, endpoint);
  const later = mayBeOver && isFromHere ? await laterDeadline(service, known.soraVideoId, nowMs) : undefined;
  let refusal: ReelError | undefined;
  const stored = await store.update(downloadKey(known), (current) => {
    if (!current) return current;
    const record: DownloadRecord =
      later === undefined ? current : { ...current, expiresAt: later, expiresBy: 'service' };
    refusal = refusalOf(current, later, nowMs);
    if (!refusal) return reopened(record);
    return current.status === 'failed' && refusal.code === 'expired'
      ? { ...current, ...expiredNow(current, nowMs) }
      : current;
  });
  if (refusal) throw refusal;
  if (!stored) throw new ReelError('not-found', 'Download job not found');
  return stored;
}

/** Nobody would work on it: a video is only asked for where it was made. */
function madeElsewhere({ endpoint, soraVideoId }: DownloadRecord, current: string): ReelError {
  const what = `The video was made at ${endpoint}, and the service is ${current} now.`;
  const advice = 'Set OPENAI_VIDEOS_BASE_URL back to retry its download.';
  return new ReelError('config', `${what} ${advice}`, { taskId: soraVideoId });
}

/** Makes unfinished jobs due at once that wait for their next try. */
export async function hurryJobs(records: readonly DownloadRecord[], store: RecordStore<DownloadRecord>): Promise<void> {
  for (const record of records.filter(isActive)) {
    await store.update(downloadKey(record), (current) =>
      current && isActive(current) && current.nextTryAt ? { ...current, nextTryAt: undefined } : current,
    );
  }
}

function refusalOf(record: DownloadRecord, later: string | undefined, nowMs: number): ReelError | undefined {
  const { status, soraVideoId } = record;
  if (later !== undefined && (status === 'failed' || status === 'expired')) return undefined;
  if (status !== 'failed') {
    const code = status === 'expired' ? 'expired' : 'invalid-input';
    return new ReelError(code, `Cannot retry download with status: ${status}`, { taskId: soraVideoId });
  }
  if (!isExpired(record, nowMs)) return undefined;
  return new ReelError('expired', 'Cannot retry expired download', { taskId: soraVideoId });
}

function reopened(record: DownloadRecord): DownloadRecord {
  return {
    ...record,
    ...{ status: 'pending', retryCount: 0 },
    ...{ error: undefined, errorCode: undefined, rejected: undefined },
    ...{ nextTryAt: undefined, endedAt: undefined, toDo: undefined },
  };
}
