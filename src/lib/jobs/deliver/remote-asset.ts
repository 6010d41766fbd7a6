import { ReelError } from '#lib/base/errors.ts';
import type { RemoteAsset } from '#lib/capture/capture.server.ts';
import type { JobProvider, TaskState } from '#lib/jobs/provider.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';

/** How long a capture waits for a part file: a predecessor that is merely ending closes it well within this. */
export const PART_WAIT_MS = 5000;

/**
 * The result of a task that succeeded, with the way to a fresh link (reading the task again), and until when it is worth
 * asking for: without a time a capture has patience for a minute only, which is not enough for what is paid for.
 * @throws ReelError `expired` when the task shows no link, here and in `refresh`
 */
export function remoteAssetOf<Request>(
  provider: Pick<JobProvider<Request>, 'read' | 'historyMs'>,
  state: TaskState,
  record: JobRecord,
  signal: AbortSignal,
): RemoteAsset {
  return {
    url: linkOf(state),
    expiresAt: state.expiresAt ?? keptUntil(record, provider.historyMs),
    refresh: async () => linkOf(await provider.read(state.taskId, signal)),
  };
}

function keptUntil({ expiresAt, submittedAt, intent }: JobRecord, historyMs: number): Date | undefined {
  const untilMs = Date.parse(expiresAt ?? '') || Date.parse(submittedAt ?? intent?.at ?? '') + historyMs;
  return Number.isNaN(untilMs) ? undefined : new Date(untilMs);
}

function linkOf({ assetUrl, taskId }: TaskState): string {
  if (assetUrl !== undefined) return assetUrl;
  throw new ReelError('expired', `The link of task ${taskId} is dead and the provider has no fresh one.`, { taskId });
}
