import * as z from 'zod';
import { ReelError } from '#lib/base/errors.ts';
import type { Charged, Delivered, Estimate } from '#lib/jobs/record/job-record.ts';
import { requestHash } from '#lib/jobs/submit/request-hash.server.ts';
import type { OpenAIVideo } from '#lib/openai-videos/answers/video.ts';
import type { OpenAIVideoRequest } from '#lib/openai-videos/api/options.ts';
import { type KnownPrice, priceOf, timesUsd, type VideoPrices } from '#lib/openai-videos/prices.ts';

/** A request as a record keeps it: another process can send it. */
export const storedRequestSchema = z.looseObject({
  prompt: z.string(),
  model: z.string().optional(),
  seconds: z.string().optional(),
  size: z.string().optional(),
  inputReference: z.union([z.string(), z.object({ fileId: z.string() })]).optional(),
});
export type StoredRequest = z.infer<typeof storedRequestSchema>;

/**
 * @throws ReelError `invalid-input` for a picture that is given by its bytes, or anything else that no record can keep
 */
export function storedRequest(request: OpenAIVideoRequest, defaultModel: string | undefined): StoredRequest {
  const { model = defaultModel, seconds, inputReference: picture, ...fields } = request;
  if (picture instanceof Blob || picture instanceof Uint8Array) {
    throw unkeepable('inputReference must be a path, a URL or { fileId }');
  }
  const json = JSON.stringify({
    ...fields,
    ...{ model, seconds: seconds === undefined ? undefined : String(seconds) },
    inputReference: picture instanceof URL ? picture.href : picture,
  });
  return storedRequestSchema.parse(JSON.parse(json));
}

function unkeepable(what: string): ReelError {
  const why = 'so that the video can still be finished after a restart';
  return new ReelError('invalid-input', `${what}, ${why}.`, { stage: 'submitting' });
}

const LONGEST_SLUG = 40;

/** A name for the video of a request: the beginning of its prompt, and what makes it unlike that of any other request. */
export function nameFor(request: StoredRequest): string {
  const words = request.prompt
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const slug = words.replace(/^-+/, '').slice(0, LONGEST_SLUG).replace(/-+$/, '');
  return [slug || 'video', requestHash(request).slice(0, 10)].join('-');
}

/** What a request is expected to cost. Without a length in it, the server's default, nothing is known but the count. */
export function estimateOf({ model, size, seconds }: StoredRequest, prices: VideoPrices | undefined): Estimate {
  const price = priceOf(model, size, prices);
  const length = seconds === undefined ? undefined : Number(seconds);
  if (price?.unit === 'video' || length === undefined) {
    const isKnown = price?.unit === 'video';
    return { usd: isKnown ? price.unitUsd : null, units: 1, unit: 'video', ...(isKnown && factsOf(price)) };
  }
  if (!price) return { usd: null, units: length, unit: 'second', unitUsd: null };
  return { usd: timesUsd(price.unitUsd, length), units: length, unit: 'second', ...factsOf(price) };
}

function factsOf({ unitUsd, priceDate }: KnownPrice) {
  return { unitUsd, ...(priceDate !== undefined && { priceDate }) };
}

/** What a finished video was charged by its price: no server of this API says so itself. */
export function chargedFor(
  { model, size, seconds }: OpenAIVideo,
  asked: StoredRequest,
  prices: VideoPrices | undefined,
): Charged {
  const price = priceOf(asked.model ?? model, size ?? asked.size, prices);
  const length = seconds ?? (asked.seconds === undefined ? undefined : Number(asked.seconds));
  if (price?.unit === 'video') return { usd: price.unitUsd, units: 1 };
  if (length === undefined) return { usd: null };
  return { usd: price ? timesUsd(price.unitUsd, length) : null, units: length };
}

/** What the film should be. */
export function expectedOf({ seconds, size }: StoredRequest): Delivered {
  const [width, height] = (size ?? '').split('x').map(Number);
  return {
    ...(seconds !== undefined && { durationSeconds: Number(seconds) }),
    ...(width && height && { width, height }),
  };
}
