import { ReelError } from '#lib/base/errors.ts';
import { refuseUnfitMedia } from './media-rules.ts';
import {
  defaultResolution,
  durationsAt,
  findModel,
  listModels,
  MODEL_FOR_MODE,
  type Mode,
  type Resolution,
  ratiosAt,
  type WanModel,
} from './models.ts';
import type { CompleteRequest, MediaItem, MediaSource, WanxRequest } from './request.ts';

const MAX_SEED = 2_147_483_647;

/**
 * Checks a request against the model table and fills in every default. Nothing is sent, read or changed.
 * @param defaultModel for a request that names none
 * @throws ReelError `invalid-input` naming the option, its value and what is allowed
 */
export function completeRequest(request: WanxRequest, defaultModel: string): CompleteRequest {
  const mode = modeOf(request);
  const model = modelFor(mode, request.model, defaultModel);
  const media = mediaOf(request, model);
  refuseUnfitMedia(model, mode, media);
  const resolution = oneOf('resolution', request.resolution ?? defaultResolution(model), model.resolutions, model);
  const promptExtend = flag('promptExtend', request.promptExtend, false);
  const audio = audioOf(request, model);
  return {
    model,
    mode,
    prompt: promptOf(request.prompt, model, mode),
    negativePrompt: negativePromptOf(request.negativePrompt, model),
    resolution,
    ratio: ratioOf(request, model, mode, resolution, media),
    durationSeconds: durationOf(request.durationSeconds, model, resolution, media),
    promptExtend,
    watermark: flag('watermark', request.watermark, false),
    audio,
    seed: seedOf(request.seed, model),
    shotType: shotTypeOf(request.shotType, model, promptExtend),
    media,
  };
}

function refuse(what: string): ReelError {
  return new ReelError('invalid-input', what, { stage: 'submitting' });
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function modeOf(request: WanxRequest): Mode {
  if (request.image !== undefined && request.firstFrame !== undefined) {
    throw refuse('image and firstFrame are the same input: give one of them.');
  }
  const chosen = (['video', 'firstClip', 'references'] as const).filter((name) => request[name] !== undefined);
  if (chosen.length > 1 && !(chosen[0] === 'video' && chosen[1] === 'references' && chosen.length === 2)) {
    throw refuse(`${chosen.join(' and ')} cannot be combined: each asks for another kind of generation.`);
  }
  if (request.video !== undefined) return 'edit';
  if (request.firstClip !== undefined) return 'continuation';
  if (request.references !== undefined) return 'reference';
  if (request.lastFrame !== undefined) return 'first-and-last-frame';
  return request.image !== undefined || request.firstFrame !== undefined ? 'image' : 'text';
}

function modelFor(mode: Mode, asked: string | undefined, defaultModel: string): WanModel {
  if (asked === undefined) {
    const preferred = findModel(defaultModel);
    return preferred.modes.includes(mode) ? preferred : findModel(MODEL_FOR_MODE[mode]);
  }
  const model = findModel(asked);
  if (model.modes.includes(mode)) return model;
  const able = listModels().filter((other) => other.modes.includes(mode) && other.family !== 'legacy');
  throw refuse(
    `model "${model.id}" does not do ${mode} generation, only ${model.modes.join(', ')}. ` +
      `For ${mode} use one of ${able.map((other) => other.id).join(', ')}.`,
  );
}

function mediaOf(request: WanxRequest, model: WanModel): MediaItem[] {
  const media: MediaItem[] = [];
  const add = (role: MediaItem['role'], option: string, source: MediaSource | undefined) => {
    if (source === undefined) return;
    if (String(source).trim() === '') throw refuse(`${option} is empty: give a URL or the path of a file.`);
    media.push({ role, option, source });
  };
  add('first-frame', request.image === undefined ? 'firstFrame' : 'image', request.image ?? request.firstFrame);
  add('last-frame', 'lastFrame', request.lastFrame);
  add('first-clip', 'firstClip', request.firstClip);
  add('video', 'video', request.video);
  const { images = [], videos = [], audios = [] } = request.references ?? {};
  for (const source of images) add('reference-image', 'references.images', source);
  for (const source of videos) add('reference-video', 'references.videos', source);
  for (const source of audios) add('reference-audio', 'references.audios', source);
  if (request.audioUrl !== undefined && !model.audioUrl) {
    throw refuse(`audioUrl is not taken by ${model.id}. Leave it out.`);
  }
  add('audio', 'audioUrl', request.audioUrl);
  return media;
}

function oneOf<Value extends string>(option: string, value: Value, allowed: readonly Value[], model: WanModel): Value {
  if (allowed.includes(value)) return value;
  throw refuse(`${option} ${shown(value)} is not taken by ${model.id}. Allowed: ${allowed.join(', ')}.`);
}

function flag(option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value === 'boolean') return value;
  throw refuse(`${option} ${shown(value)} is not a boolean. Allowed: true, false.`);
}

/**
 * Counted in UTF-16 units: whether the service counts those or code points is not documented, and the units are never
 * fewer. Too long is refused, because the service cuts silently and bills.
 */
function withinLimit(option: string, text: string, limit: number, model: WanModel): string {
  if (text.length <= limit) return text;
  throw refuse(`${option} has ${text.length} characters, but ${model.id} reads only ${limit}. Shorten it.`);
}

function promptOf(prompt: unknown, model: WanModel, mode: Mode): string | null {
  if (prompt !== undefined && typeof prompt !== 'string') throw refuse(`prompt ${shown(prompt)} is not a text.`);
  if (prompt === undefined || prompt.trim() === '') {
    const optional =
      mode === 'image' || mode === 'first-and-last-frame' || (mode === 'continuation' && model.family !== 'wan3.0');
    if (optional) return null;
    throw refuse(`prompt is empty. ${model.id} needs one for ${mode} generation.`);
  }
  return withinLimit('prompt', prompt, model.promptLimit, model);
}

function negativePromptOf(text: unknown, model: WanModel): string | null {
  if (text === undefined) return null;
  if (typeof text !== 'string') throw refuse(`negativePrompt ${shown(text)} is not a text.`);
  if (model.negativePromptLimit === null) {
    throw refuse(`negativePrompt is not taken by ${model.id}. Say in the prompt what the scene is free of.`);
  }
  return text.trim() === '' ? null : withinLimit('negativePrompt', text, model.negativePromptLimit, model);
}

function ratioOf(
  request: WanxRequest,
  model: WanModel,
  mode: Mode,
  resolution: Resolution,
  media: MediaItem[],
): CompleteRequest['ratio'] {
  const follows = model.family === 'wan2.7' && media.some((item) => item.role === 'first-frame');
  if (model.ratios.length === 0 || follows) {
    if (request.ratio === undefined) return null;
    throw refuse(
      `ratio ${shown(request.ratio)} is not taken by ${model.id} here: the picture follows the input. Leave it out.`,
    );
  }
  if (mode === 'continuation' && request.ratio !== undefined && request.ratio !== 'adaptive') {
    throw refuse(`ratio ${shown(request.ratio)} does not go with firstClip. Allowed: adaptive.`);
  }
  // A picture or a video put in has its own shape: 16:9 would crop it.
  const followsInput = model.ratios.includes('adaptive') && mode !== 'text' && mode !== 'reference';
  return oneOf('ratio', request.ratio ?? (followsInput ? 'adaptive' : '16:9'), ratiosAt(model, resolution), model);
}

function durationOf(
  asked: number | undefined,
  model: WanModel,
  resolution: Resolution,
  media: MediaItem[],
): number | null {
  if (asked === undefined && model.sourceDuration) return null;
  const seconds = asked ?? 5;
  if (seconds === -1 && model.autoDuration) return seconds;
  const allowed = durationsAt(model, resolution);
  const withVideo = media.some((item) => item.role === 'reference-video');
  const cap = withVideo ? (model.maxSecondsWithReferenceVideo ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const fits = 'min' in allowed ? seconds >= allowed.min && seconds <= allowed.max : allowed.includes(seconds);
  if (Number.isInteger(seconds) && fits && seconds <= cap) return seconds;
  const range =
    'min' in allowed ? `whole seconds from ${allowed.min} to ${Math.min(allowed.max, cap)}` : allowed.join(', ');
  const auto = model.autoDuration ? ', or -1 (the model chooses)' : '';
  throw refuse(
    `durationSeconds ${shown(asked)} is not taken by ${model.id} at ${resolution}. Allowed: ${range}${auto}.`,
  );
}

function audioOf(request: WanxRequest, model: WanModel): boolean | null {
  if (model.sound === 'switch') {
    const audio = flag('audio', request.audio, true);
    if (!audio && request.audioUrl !== undefined)
      throw refuse('audio false does not go with audioUrl: give one of them.');
    return audio;
  }
  const inherent = model.sound === 'always';
  if (flag('audio', request.audio, inherent) === inherent) return null;
  const fact = inherent ? 'always makes sound' : 'makes silent videos';
  throw refuse(`audio ${request.audio} is not taken by ${model.id}: it ${fact}. Allowed: ${inherent}.`);
}

function seedOf(seed: number | undefined, model: WanModel): number | null {
  if (seed === undefined) return null;
  if (Number.isInteger(seed) && seed >= model.minSeed && seed <= MAX_SEED) return seed;
  throw refuse(
    `seed ${shown(seed)} is not taken by ${model.id}. Allowed: whole numbers from ${model.minSeed} to ${MAX_SEED}.`,
  );
}

function shotTypeOf(
  value: WanxRequest['shotType'],
  model: WanModel,
  promptExtend: boolean,
): CompleteRequest['shotType'] {
  if (value === undefined) return null;
  if (!model.shotType) {
    throw refuse(`shotType ${shown(value)} is not taken by ${model.id}. Describe the shots in the prompt.`);
  }
  if (model.shotTypeNeedsPromptExtend && !promptExtend) {
    throw refuse(
      `shotType ${shown(value)} has no effect on ${model.id} unless promptExtend is true. Set it, or leave shotType out.`,
    );
  }
  return oneOf<'single' | 'multi'>('shotType', value, ['single', 'multi'], model);
}
