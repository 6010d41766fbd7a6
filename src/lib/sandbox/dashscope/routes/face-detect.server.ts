import { z } from 'zod';
import { DETECT_MODEL } from '#lib/sandbox/dashscope/families/model-families.ts';
import { checkAddress, downloadFailure } from '#lib/sandbox/dashscope/rules/media-address.ts';
import {
  badRequest,
  invalidParameter,
  missingField,
  type Refusal,
  usualRefusal,
} from '#lib/sandbox/dashscope/rules/refusal.ts';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import type { World } from '#lib/sandbox/dashscope/world/world.server.ts';
import { mediaContext } from './create.server.ts';

const CALLS_PER_SECOND = 5;

const bodySchema = z.looseObject({
  model: z.string().nullish(),
  input: z.looseObject({ image_url: z.string().nullish() }).nullish(),
});

/** `POST …/face-detect`: whether a picture will do for speech. Answered at once; every picture passes here. */
export async function detectFace(world: World, exchange: Exchange): Promise<void> {
  const refusal = checkHeader(exchange) ?? checkRate(world) ?? checkBody(world, exchange, await exchange.json());
  if (refusal !== undefined) return exchange.refuse(refusal);
  const output = { check_pass: true, humanoid: true };
  exchange.sendJson(200, { output, usage: { image_count: 1 }, request_id: exchange.entry.requestId });
}

function checkHeader(exchange: Exchange): Refusal | undefined {
  if (exchange.header('x-dashscope-async') !== 'enable') return undefined;
  return { status: 403, code: 'AccessDenied', message: 'current user api does not support asynchronous calls.' };
}

function checkRate({ settings, limits, clock }: World): Refusal | undefined {
  const allowed = !settings.enforceLimits || limits.allows('detect', CALLS_PER_SECOND, clock.now());
  return allowed ? undefined : usualRefusal(429);
}

function checkBody(world: World, exchange: Exchange, body: unknown): Refusal | undefined {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return badRequest.noJson;
  const { model, input } = parsed.data;
  if (!model) return badRequest.noModel;
  if (!input) return badRequest.noInput;
  if (model !== DETECT_MODEL) return invalidParameter('Model not exist.');
  if (!input.image_url) return missingField('input.image_url');
  const address = { field: 'input.image_url', url: input.image_url, isImage: true };
  const context = mediaContext(world, exchange);
  const refusal = checkAddress(address, context);
  if (refusal !== undefined) return refusal;
  return downloadFailure(DETECT_MODEL, [address], context) && invalidParameter('Failed to download multimodal content');
}
