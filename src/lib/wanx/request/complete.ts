import { oneOf, refuse, shown, takes } from '#lib/wanx/models/refuse.ts';
import { AUDIO_SETTINGS, QUALITIES, type WanModel } from '#lib/wanx/models/traits.ts';
import { mediaOf } from './media.ts';
import { refuseUnfitMedia } from './media-rules.ts';
import { modeAndModel } from './mode.ts';
import type { CompleteRequest, WanxRequest } from './options.ts';
import { shapeOf } from './shape.ts';
import { wordsOf } from './words.ts';

const MAX_SEED = 2_147_483_647;

/**
 * Checks a request against the model table and fills in every default. Nothing is sent, read or changed.
 * @param defaultModel for a request that names none
 * @throws ReelError `invalid-input` naming the option, its value and what is allowed
 */
export function completeRequest(request: WanxRequest, defaultModel: string): CompleteRequest {
  const { mode, model } = modeAndModel(request, defaultModel);
  const media = mediaOf(request, model);
  refuseUnfitMedia(model, mode, media);
  return {
    model,
    mode,
    ...wordsOf(request, model, mode),
    ...shapeOf(request, model, mode, media),
    ...soundOf(request, model),
    watermark: takes(model, 'watermark', request.watermark) ? (request.watermark ?? false) : null,
    seed: seedOf(request.seed, model),
    quality: qualityOf(request.quality, model),
    checkImage: checkImageOf(request.checkImage, model),
    media,
  };
}

function soundOf(request: WanxRequest, model: WanModel): Pick<CompleteRequest, 'audio' | 'audioSetting'> {
  return { audio: audioOf(request, model), audioSetting: audioSettingOf(request.audioSetting, model) };
}

function audioOf(request: WanxRequest, model: WanModel): boolean | null {
  if (model.sound === 'switch') {
    const { audio = true } = request;
    if (!audio && request.audioUrl !== undefined)
      throw refuse('audio false cannot be combined with audioUrl: give one of them.');
    return audio;
  }
  if (model.sound === 'source') {
    if (request.audio === undefined) return null;
    throw refuse(`audio ${shown(request.audio)} is not supported by ${model.id}: the sound follows the input video.`);
  }
  const inherent = model.sound === 'always';
  if ((request.audio ?? inherent) === inherent) return null;
  const fact = inherent ? 'always makes sound' : 'makes silent videos';
  throw refuse(`audio ${request.audio} is not supported by ${model.id}: it ${fact}. Allowed: ${inherent}.`);
}

function audioSettingOf(value: WanxRequest['audioSetting'], model: WanModel): CompleteRequest['audioSetting'] {
  if (!takes(model, 'audioSetting', value) || value === undefined) return null;
  return oneOf('audioSetting', value, AUDIO_SETTINGS, model);
}

function seedOf(seed: number | undefined, model: WanModel): number | null {
  if (!takes(model, 'seed', seed) || seed === undefined) return null;
  if (Number.isInteger(seed) && seed >= model.minSeed && seed <= MAX_SEED) return seed;
  throw refuse(
    `seed ${shown(seed)} is not supported by ${model.id}. Allowed: whole numbers from ${model.minSeed} to ${MAX_SEED}.`,
  );
}

/** The cheaper one, unless the other is asked for. */
function qualityOf(value: WanxRequest['quality'], model: WanModel): CompleteRequest['quality'] {
  if (!takes(model, 'quality', value)) return null;
  return oneOf('quality', value ?? 'standard', QUALITIES, model);
}

function checkImageOf(value: boolean | undefined, model: WanModel): boolean | null {
  return takes(model, 'checkImage', value) ? (value ?? null) : null;
}
