import { ReelError } from '#lib/base/errors.ts';
import type { RemoteAsset } from '#lib/capture/capture.server.ts';
import type { JobProvider, TaskState } from './provider.ts';

/**
 * The result of a task that succeeded, with the way to a fresh link: reading the task again.
 * @throws ReelError `expired` when the task shows no link, here and in `refresh`
 */
export function remoteAssetOf<Request>(
  provider: Pick<JobProvider<Request>, 'read'>,
  state: TaskState,
  signal: AbortSignal,
): RemoteAsset {
  return {
    url: linkOf(state),
    ...(state.expiresAt && { expiresAt: state.expiresAt }),
    refresh: async () => linkOf(await provider.read(state.taskId, signal)),
  };
}

function linkOf({ assetUrl, taskId }: TaskState): string {
  if (assetUrl !== undefined) return assetUrl;
  throw new ReelError('expired', `The link of task ${taskId} is dead and the provider has no fresh one.`, { taskId });
}
