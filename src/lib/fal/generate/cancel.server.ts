import { systemClock } from '#lib/base/clock.ts';
import { isReelError, ReelError, withContext } from '#lib/base/errors.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { readSettings } from '#lib/config.ts';
import { addressesOf } from '#lib/fal/api/endpoint.ts';
import { isUnfinished, stateOf } from '#lib/jobs/record/state.ts';
import { connectionOf } from './connection.server.ts';
import { type FalRunOptions, resumeSchema } from './options.ts';
import { cancelRequest, handleOf } from './provider.server.ts';
import { type FalJob, falJobKey } from './record.ts';
import { storeOf } from './records.server.ts';
import { abortRun } from './run.server.ts';

/**
 * Asks fal to stop a request, and ends the work on it here. `resumeFal` skips it from then on; an equal call continues it if
 * it still runs, instead of paying for another. fal only passes the wish on: a model at work may finish, and is then charged.
 * @returns whether fal has stopped it
 * @throws ReelError `not-found` when nothing is under way; with the request's id, what kept fal from being asked
 */
export async function cancelFal(requestId: string, options: FalRunOptions = {}): Promise<{ isStopped: boolean }> {
  checkInput(resumeSchema, 'options', options);
  const settings = readSettings();
  const store = storeOf(settings);
  const [found] = await Array.fromAsync(store.find({ taskId: requestId, limit: 1 }));
  if (!found || !isCancelable(found, requestId)) throw nothingToCancel(requestId);
  const api = connectionOf(settings, options);
  const key = falJobKey(found);
  const canceledAt = new Date((options.clock ?? systemClock).now()).toISOString();
  const canceled = {
    status: 'failed',
    canceledAt,
    errorCode: 'aborted',
    error: 'Cancelled.',
    lease: undefined,
  } as const;
  const isOurs = (record: FalJob | undefined) => record !== undefined && isCancelable(record, requestId);
  await store.update(key, (current) => (current && isOurs(current) ? { ...current, ...canceled } : current));
  await abortRun(settings, key);
  const addresses = addressesOf(api.settings.endpoint, { ...found, requestId }, handleOf(found.handle));
  try {
    const signal = options.signal ?? new AbortController().signal;
    const isStopped = await cancelRequest(api, requestId, addresses, signal);
    const confirm = (current: FalJob | undefined) =>
      current?.taskId === requestId && stateOf(current).kind === 'canceled'
        ? { ...current, cancelConfirmed: isStopped }
        : current;
    await store.update(key, confirm);
    return { isStopped };
  } catch (error) {
    if (!isReelError(error)) throw error;
    const advice = 'The work on it here has stopped, but it is unknown whether fal has stopped it: cancel it again.';
    throw withContext(error, { taskId: requestId, billable: 'maybe', advice });
  }
}

/** Also one that was cancelled before, when fal could not be asked. */
function isCancelable(record: FalJob, requestId: string): boolean {
  const state = stateOf(record);
  const isOpen = isUnfinished(record) || (state.kind === 'canceled' && state.atProvider !== 'stopped');
  return record.taskId === requestId && isOpen;
}

function nothingToCancel(requestId: string): ReelError {
  return new ReelError('not-found', `No request ${requestId} is under way, so there is nothing to cancel.`);
}
