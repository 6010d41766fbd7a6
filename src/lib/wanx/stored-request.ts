import * as z from 'zod';
import { completeRequest } from './complete-request.ts';
import { legacyPixels, type Resolution } from './models.ts';
import type { WanxRequest } from './request.ts';

const text = z.string().optional();
const texts = z.array(z.string()).optional();

/** A request as it is kept in a record: the same fields, URLs as text. Lenient, so that an old record can be finished. */
export const storedRequestSchema = z.object({
  prompt: text,
  model: text,
  resolution: z.enum(['480P', '720P', '1080P']).optional(),
  ratio: z.enum(['adaptive', '21:9', '16:9', '4:3', '1:1', '3:4', '9:16']).optional(),
  durationSeconds: z.number().optional(),
  negativePrompt: text,
  seed: z.number().optional(),
  audio: z.boolean().optional(),
  audioUrl: text,
  promptExtend: z.boolean().optional(),
  watermark: z.boolean().optional(),
  shotType: z.enum(['single', 'multi']).optional(),
  image: text,
  firstFrame: text,
  lastFrame: text,
  references: z.object({ images: texts, videos: texts, audios: texts }).optional(),
  firstClip: text,
  video: text,
});
export type StoredRequest = z.infer<typeof storedRequestSchema>;

/** The request with every URL as text, so that it survives JSON unchanged. */
export function toStoredRequest(request: WanxRequest): StoredRequest {
  return storedRequestSchema.parse(JSON.parse(JSON.stringify(request)));
}

/** Back to what the client takes: fields that are not there are left out. */
export function toWanxRequest({ references, ...rest }: StoredRequest): WanxRequest {
  if (!references) return rest;
  const { images = [], videos = [], audios = [] } = references;
  return { ...rest, references: { images, videos, audios } };
}

export interface Order {
  model: string;
  resolution: Resolution | undefined;
  durationSeconds: number | null;
  /** What was ordered, in words for the receipt. */
  asked: Record<string, unknown>;
  /** What the file should therefore be. */
  expected: { durationSeconds?: number; width?: number; height?: number; hasAudio?: boolean };
}

/**
 * What a request orders, all defaults spelt out.
 * @throws ReelError `invalid-input` when the request is outside its model's table
 */
export function orderOf(request: WanxRequest, defaultModel: string): Order {
  const { model, mode, resolution, ratio, durationSeconds, audio } = completeRequest(request, defaultModel);
  const hasAudio = audio ?? model.sound === 'always';
  const pixels = ratio && model.sizedByPixels ? legacyPixels(resolution, ratio) : undefined;
  const [width, height] = pixels?.split('*').map(Number) ?? [];
  return {
    model: model.id,
    resolution,
    durationSeconds,
    asked: { model: model.id, mode, resolution, ratio, durationSeconds, audio: hasAudio },
    expected: {
      ...(durationSeconds !== null && durationSeconds > 0 && { durationSeconds }),
      ...(width !== undefined && height !== undefined && { width, height }),
      hasAudio,
    },
  };
}
