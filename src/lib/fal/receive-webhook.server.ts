import { systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import { type FalWebhook, verifyWebhook } from './api/webhook.server.ts';
import type { ResumeFalOptions } from './generate/options.ts';

export interface ReceiveWebhookOptions extends Omit<ResumeFalOptions, 'only' | 'ignoreBackoff'> {
  /** Where the keys are, for a queue that is not fal's own. @default fal's own place */
  jwksUrl?: string | undefined;
}

/** A result names files; one that holds them is not read. */
const MOST_BYTES = 4 * 1024 * 1024;

export async function readWebhook(
  request: Request,
  { jwksUrl, clock = systemClock }: ReceiveWebhookOptions,
): Promise<FalWebhook> {
  const body = await bodyOf(request);
  const header = (name: string) => request.headers.get(name) ?? undefined;
  return verifyWebhook({ header, body }, { jwksUrl, clock, proxy: readSettings().proxy });
}

/** Anyone may post here: no more is read than a webhook can have. */
async function bodyOf({ body }: Request): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of body ?? []) {
    sizeBytes += piece.length;
    if (sizeBytes > MOST_BYTES) throw new ReelError('invalid-input', 'The webhook is larger than 4 MiB.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
