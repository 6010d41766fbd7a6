import * as z from 'zod';
import { ALL_RATIOS, ALL_RESOLUTIONS, type CostQuestion, QUALITIES, type Resolution } from '#lib/wanx/models.ts';
import { completeRequest } from './complete.ts';
import { MEDIA_KINDS } from './media-format.ts';
import type { CompleteRequest, WanxRequest } from './options.ts';
import { pictureSizeOf } from './picture-size.ts';

const text = z.string().optional();
const texts = z.array(z.string()).optional();
const references = z
  .array(z.union([z.string(), z.object({ source: z.string(), voice: text, isBackground: z.boolean().optional() })]))
  .optional();

/** A request as it is kept in a record: the same fields, URLs as text. Lenient, so that an old record can be finished. */
export const storedRequestSchema = z.object({
  prompt: text,
  model: text,
  allowUnknownModel: z.boolean().optional(),
  resolution: z.enum(ALL_RESOLUTIONS).optional(),
  ratio: z.enum(ALL_RATIOS).optional(),
  durationSeconds: z.number().optional(),
  negativePrompt: text,
  seed: z.number().optional(),
  audio: z.boolean().optional(),
  audioUrl: text,
  audioSetting: z.enum(['auto', 'origin']).optional(),
  promptExtend: z.boolean().optional(),
  watermark: z.boolean().optional(),
  shotType: z.enum(['single', 'multi']).optional(),
  template: text,
  quality: z.enum(QUALITIES).optional(),
  checkImage: z.boolean().optional(),
  image: text,
  firstFrame: text,
  lastFrame: text,
  references: z.object({ images: references, videos: references, audios: texts }).optional(),
  firstClip: text,
  video: text,
  document: text,
  link: text,
});
export type StoredRequest = z.infer<typeof storedRequestSchema>;

/** The request with every URL as text, so that it survives JSON unchanged. */
export function toStoredRequest(request: WanxRequest): StoredRequest {
  return storedRequestSchema.parse(JSON.parse(JSON.stringify(request)));
}

/** Back to what the client takes: fields that are not there are left out. */
export function toWanxRequest({ references: kept, ...rest }: StoredRequest): WanxRequest {
  if (!kept) return rest;
  const { images = [], videos = [], audios = [] } = kept;
  return { ...rest, references: { images, videos, audios } };
}

export interface Order {
  model: string;
  resolution: Resolution | undefined;
  durationSeconds: number | null;
  /** What its price depends on. */
  cost: CostQuestion;
  /** What was ordered, in words for the receipt. */
  asked: Record<string, unknown>;
  /** What the file should therefore be. */
  expected: { durationSeconds?: number; width?: number; height?: number; hasAudio?: boolean };
}

/**
 * What a request orders, all defaults spelt out.
 * @param inputSeconds of what is put in, where that is known
 * @throws ReelError `invalid-input` when the request is outside its model's table
 */
export function orderOf(request: WanxRequest, defaultModel: string, inputSeconds?: number): Order {
  const complete = completeRequest(request, defaultModel);
  const { model, mode, resolution, ratio, durationSeconds, audio, quality } = complete;
  const hasAudio = model.sound === 'source' ? undefined : (audio ?? model.sound === 'always');
  return {
    model: model.id,
    resolution: resolution ?? undefined,
    durationSeconds,
    cost: { ...costOf(request, complete), inputSeconds },
    asked: { model: model.id, mode, resolution, ratio, durationSeconds, audio: hasAudio, ...(quality && { quality }) },
    expected: {
      ...(durationSeconds !== null && durationSeconds > 0 && { durationSeconds }),
      ...pictureSizeOf(model, mode, resolution, ratio),
      ...(hasAudio !== undefined && { hasAudio }),
    },
  };
}

function costOf({ allowUnknownModel }: WanxRequest, complete: CompleteRequest): CostQuestion {
  const { model, resolution, durationSeconds, audio, quality, media } = complete;
  return {
    model: model.id,
    allowUnknownModel,
    resolution: resolution ?? undefined,
    durationSeconds: durationSeconds ?? undefined,
    audio: audio ?? undefined,
    quality: quality ?? undefined,
    hasVideoInput: media.some(({ role }) => MEDIA_KINDS[role] === 'video'),
  };
}
