// The public surface: what routes and scripts import. SvelteKit refuses to bundle it for the browser.

import '#lib/base/supported-node.server.ts';
import type { FalWebhook } from './api/webhook.server.ts';
import { type FalResult, resumeFal } from './generate/generate.server.ts';
import type { FalJob } from './generate/record.ts';
import { type ReceiveWebhookOptions, readWebhook } from './receive-webhook.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';
export type { DeadlineWarning, JobProgress } from '#lib/jobs/progress.ts';
export { type RecordState, stateOf } from '#lib/jobs/record/state.ts';
export type { MediaItem } from '#lib/media/index.ts';
export type { FalWebhook } from './api/webhook.server.ts';
export { cancelFal } from './generate/cancel.server.ts';
export { estimateFal, type FalResult, generateWithFal, listFalJobs, resumeFal } from './generate/generate.server.ts';
export type { FalConnectionOptions, GenerateWithFalOptions, ResumeFalOptions } from './generate/options.ts';
export { type FalJob, falJobKey, isFalUnfinished } from './generate/record.ts';
export { falRecords } from './generate/records.server.ts';
export { stopFal } from './generate/run.server.ts';
export type { FalPrice, FalPrices } from './prices.ts';

/**
 * Takes a webhook of fal's, an optional way to learn of the end: checks that it is fal's, and finishes the request that it is
 * about. `finished` may take as long as the download: answer before it, fal waits some seconds only.
 * @throws ReelError `auth` for one that is not fal's, `invalid-input` for one that cannot be read, `network` without fal's keys
 */
export async function receiveFalWebhook(
  request: Request,
  options: ReceiveWebhookOptions = {},
): Promise<{ webhook: FalWebhook; finished: Promise<Array<FalResult>> }> {
  const webhook = await readWebhook(request, options);
  const { jwksUrl: _, ...run } = options;
  const only = ({ taskId }: FalJob) => taskId === webhook.requestId;
  return { webhook, finished: resumeFal({ ...run, only, ignoreBackoff: true }) };
}
