import type { HeldDownload, WorkContext } from '#lib/openai-videos/assets/fetch/context.ts';
import { look } from '#lib/openai-videos/assets/fetch/look.server.ts';
import type { Outcome } from '#lib/openai-videos/assets/job/outcome.ts';
import { type DownloadRecord, downloadKey, isActive } from '#lib/openai-videos/assets/job/record.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';

/** Notes that a job expires soon; only one process reports it, once for each deadline. */
export async function isFirstWarning(
  { expiresAt, ...record }: DownloadRecord,
  store: RecordStore<DownloadRecord>,
): Promise<boolean> {
  let isFirst = false;
  await store.update(downloadKey(record), (current) => {
    isFirst = current !== undefined && isActive(current) && current.warnedOf !== expiresAt;
    return current && isFirst ? { ...current, warnedOf: expiresAt } : current;
  });
  return isFirst;
}

/** Whether nothing of the film is here: a download under way goes on past its deadline. */
export function isWaiting({ place }: DownloadRecord, { storage }: Pick<WorkContext, 'storage'>): boolean {
  return place === undefined || (storage.bytesOfPart(place) === 0 && !storage.isDownloaded(place, 'video'));
}

/**
 * What becomes of a job that has waited past its deadline: one look, for no content.
 * @returns undefined if the service keeps the video longer
 * @throws ReelError `aborted`, or an error of the record store
 */
export async function overdueOutcome(
  held: HeldDownload,
  context: WorkContext,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { endpoint } = held.record;
  if (endpoint !== context.endpoint) return { kind: 'expired', lastAnswer: `none: it was made at ${endpoint}` };
  return look(held, context, signal);
}
