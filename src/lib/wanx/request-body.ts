import { legacyPixels } from './models.ts';
import type { CompleteRequest, MediaRole } from './request.ts';

/** A media input whose URL the provider can read: http(s), oss or data. */
export interface ResolvedMedia {
  role: MediaRole;
  url: string;
}

export interface WireRequest {
  /** Below the base path `/api/v1`. */
  path: string;
  body: { model: string; input: Record<string, unknown>; parameters: Record<string, unknown> };
}

type Fields = Record<string, unknown>;

/** What goes over the wire, field by field, for one of the three protocols. */
export function wireRequest(request: CompleteRequest, media: readonly ResolvedMedia[]): WireRequest {
  const { model } = request;
  const writers = { legacy: legacyParts, 'wan2.7': wan27Parts, 'wan3.0': wan30Parts };
  const { input, parameters } = writers[model.family](request, media);
  return {
    path: `/services/aigc/${model.service}/video-synthesis`,
    body: {
      model: model.id,
      input: present({ prompt: request.prompt, negative_prompt: request.negativePrompt, ...input }),
      parameters: present({
        ...parameters,
        duration: request.durationSeconds,
        prompt_extend: request.promptExtend,
        watermark: request.watermark,
        seed: request.seed,
      }),
    },
  };
}

/** The fields that have a value: the service refuses nulls. */
function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

function urlsOf(media: readonly ResolvedMedia[], ...roles: MediaRole[]): string[] {
  return media.filter((item) => roles.includes(item.role)).map((item) => item.url);
}

/** Wan 2.1 to 2.6: one named field for each input, and pixels or a resolution by the kind of model. */
function legacyParts(request: CompleteRequest, media: readonly ResolvedMedia[]) {
  const { model, resolution, ratio } = request;
  const picture = model.sizedByPixels && ratio ? { size: legacyPixels(resolution, ratio) } : { resolution };
  const parameters: Fields = { ...picture, shot_type: request.shotType, audio: request.audio };
  const input: Fields = { audio_url: urlsOf(media, 'audio')[0] };
  const firstFrame = urlsOf(media, 'first-frame')[0];
  if (model.service === 'image2video') {
    Object.assign(input, { first_frame_url: firstFrame, last_frame_url: urlsOf(media, 'last-frame')[0] });
  } else {
    input.img_url = firstFrame;
  }
  if (request.mode === 'reference') addLegacyReferences(model.id, media, input, parameters);
  return { input, parameters };
}

function addLegacyReferences(
  modelId: string,
  media: readonly ResolvedMedia[],
  input: Fields,
  parameters: Fields,
): void {
  const urls = [...urlsOf(media, 'reference-image'), ...urlsOf(media, 'reference-video')];
  if (!modelId.includes('vace')) {
    input.reference_urls = urls;
    return;
  }
  // The vace models do several jobs by `function`; the two lists must be of equal length.
  Object.assign(input, { function: 'image_reference', ref_images_url: urls });
  parameters.obj_or_bg = urls.map(() => 'obj');
}

const WAN27_TYPES: Partial<Record<MediaRole, string>> = {
  'first-frame': 'first_frame',
  'last-frame': 'last_frame',
  'first-clip': 'first_clip',
  'reference-image': 'reference_image',
  'reference-video': 'reference_video',
  video: 'video',
  audio: 'driving_audio',
};

function wan27Parts(request: CompleteRequest, media: readonly ResolvedMedia[]) {
  const parameters: Fields = { resolution: request.resolution, ratio: request.ratio };
  if (request.mode === 'text') return { input: { audio_url: urlsOf(media, 'audio')[0] }, parameters };
  return { input: { media: typedMedia(media, WAN27_TYPES) }, parameters };
}

/** Wan 3.0 has no word for a clip to edit or to continue: both are a reference video and an instruction in the prompt. */
const WAN30_TYPES: Partial<Record<MediaRole, string>> = {
  'first-frame': 'first_frame',
  'last-frame': 'last_frame',
  'first-clip': 'reference_video',
  'reference-image': 'reference_image',
  'reference-video': 'reference_video',
  'reference-audio': 'reference_audio',
  video: 'reference_video',
};

function wan30Parts(request: CompleteRequest, media: readonly ResolvedMedia[]) {
  const parameters: Fields = { resolution: request.resolution, ratio: request.ratio, audio: request.audio };
  const typed = typedMedia(media, WAN30_TYPES);
  return { input: typed.length > 0 ? { media: typed } : {}, parameters };
}

function typedMedia(media: readonly ResolvedMedia[], types: Partial<Record<MediaRole, string>>) {
  return media.flatMap(({ role, url }) => (types[role] === undefined ? [] : [{ type: types[role], url }]));
}
