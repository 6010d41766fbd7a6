import type { CostQuestion } from '#lib/wanx/models/estimate-cost.ts';
import type { Resolution } from '#lib/wanx/models/traits.ts';
import { completeRequest } from './complete.ts';
import { MEDIA_KINDS } from './media-format.ts';
import type { CompleteRequest, WanxRequest } from './options.ts';
import { pictureSizeOf } from './picture-size.ts';

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
