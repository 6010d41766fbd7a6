import { ReelError } from '#lib/base/errors.ts';
import type { FreshLink, RemoteAsset } from '#lib/capture/types.ts';
import type { AssetLink, JobProvider, TaskRef } from '#lib/jobs/provider.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';

/**
 * A file of a task that succeeded, with a function that gets a new link (by reading the task again), and until when
 * that is worth trying: without a time a capture has patience for a minute only, which is not enough for what is paid
 * for. The `refresh` rejects with ReelError `expired` when the task shows no link to it.
 */
export function remoteAssetOf<Request>(
  provider: Pick<JobProvider<Request>, 'read' | 'historyMs'>,
  task: TaskRef,
  link: AssetLink,
  { record, signal }: { record: JobRecord; signal: AbortSignal },
): RemoteAsset {
  return {
    url: link.url,
    headers: link.headers,
    isStable: link.isStable,
    expiresAt: link.expiresAt ?? keptUntil(record, provider.historyMs),
    refresh: async () => freshLink(await provider.read(task, signal), link.name),
  };
}

function freshLink({ taskId, assets }: { taskId: string; assets: readonly AssetLink[] }, name: string): FreshLink {
  const found = assets.find((asset) => asset.name === name);
  if (found) return { url: found.url, headers: found.headers ?? {}, expiresAt: found.expiresAt };
  throw new ReelError('expired', `The link of task ${taskId} has expired and the provider has no new one.`, { taskId });
}

function keptUntil({ expiresAt, submittedAt, intent }: JobRecord, historyMs: number | undefined): Date | undefined {
  const madeMs = Date.parse(submittedAt ?? intent?.at ?? '');
  const untilMs = Date.parse(expiresAt ?? '') || madeMs + (historyMs ?? Number.NaN);
  return Number.isNaN(untilMs) ? undefined : new Date(untilMs);
}
