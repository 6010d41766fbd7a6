// The public surface: what routes and scripts import. SvelteKit refuses to bundle it for the browser.

import '#lib/base/supported-node.server.ts';
import type { FalWebhook } from './api/webhook.server.ts';
import { FalGenerator, type FalResult } from './generate/generate.server.ts';
import type { GenerateWithFalOptions, ResumeFalOptions } from './generate/options.ts';
import { type FalItem, projectShelf } from './project-shelf.server.ts';
import { type ReceiveWebhookOptions, readWebhook } from './receive-webhook.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';
export type { DeadlineWarning, JobProgress } from '#lib/jobs/progress.ts';
export type { FalWebhook } from './api/webhook.server.ts';
export { estimateFal, type FalResult } from './generate/generate.server.ts';
export type { FalConnectionOptions, GenerateWithFalOptions, ResumeFalOptions } from './generate/options.ts';
export type { FalJob } from './generate/record.ts';
export { falRecords } from './generate/records.server.ts';
export { stopFal } from './generate/run.server.ts';
export type { FalPrice, FalPrices } from './prices.ts';
export type { FalItem } from './project-shelf.server.ts';

const generator = new FalGenerator(projectShelf);

/**
 * Makes films with any model of fal's and its own input, and saves them in a project. An equal call (project, model, input)
 * returns or continues the first one, or looks again for a request whose answer was lost; only `force` buys another one. Never
 * rejects.
 */
export function generateWithFal(
  modelId: string,
  input: Record<string, unknown>,
  options: GenerateWithFalOptions = {},
): Promise<FalResult<FalItem>> {
  return generator.generate(modelId, input, options);
}

/**
 * Finishes every unfinished purchase: settles lost answers, waits for requests, captures films. Never buys, and never rejects
 * for a film: each has its result.
 * @throws ReelError `store-corrupt` or `config` when nothing can be done at all
 */
export function resumeFal(options: ResumeFalOptions = {}): Promise<Array<FalResult<FalItem>>> {
  return generator.resume(options);
}

/**
 * Takes a webhook of fal's, an optional way to learn of the end: checks that it is fal's, and finishes the request that it is
 * about. `finished` may take as long as the download: answer before it, fal waits some seconds only.
 * @throws ReelError `auth` for one that is not fal's, `invalid-input` for one that cannot be read, `network` without fal's keys
 */
export async function receiveFalWebhook(
  request: Request,
  options: ReceiveWebhookOptions = {},
): Promise<{ webhook: FalWebhook; finished: Promise<Array<FalResult<FalItem>>> }> {
  const webhook = await readWebhook(request, options);
  const { jwksUrl: _, ...run } = options;
  return { webhook, finished: resumeFal({ ...run, requestId: webhook.requestId, ignoreBackoff: true }) };
}
