import { legacyPixels } from '#lib/wanx/models/limits.ts';
import type { CompleteRequest, MediaRole } from '#lib/wanx/request/options.ts';

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
type Parts = { input: Fields; parameters: Fields };

/** What goes over the wire, field by field, for one of the protocols. */
export function wireRequest(request: CompleteRequest, media: readonly ResolvedMedia[]): WireRequest {
  const { model } = request;
  const writers = {
    legacy: legacyParts,
    'wan2.7': wan27Parts,
    happyhorse: wan27Parts,
    'wan3.0': wan30Parts,
    portrait: portraitParts,
  };
  const { input, parameters } = writers[model.family](request, media);
  return {
    path: `/services/aigc/${model.service}/video-synthesis`,
    body: { model: model.id, input: present(input), parameters: present(parameters) },
  };
}

/** The fields that have a value: the service refuses nulls. */
function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

function urlsOf(media: readonly ResolvedMedia[], ...roles: MediaRole[]): string[] {
  return media.filter((item) => roles.includes(item.role)).map((item) => item.url);
}

/** What all protocols but the portraits' have. */
function commonParts(request: CompleteRequest): Parts {
  return {
    input: { prompt: request.prompt, negative_prompt: request.negativePrompt },
    parameters: {
      duration: request.durationSeconds,
      prompt_extend: request.promptExtend,
      watermark: request.watermark,
      seed: request.seed,
    },
  };
}

/** Wan 2.1 to 2.6: one named field for each input, and pixels or a resolution by the kind of model. */
function legacyParts(request: CompleteRequest, media: readonly ResolvedMedia[]): Parts {
  const { input, parameters } = commonParts(request);
  return {
    input: { ...input, ...legacyInputs(request, media) },
    parameters: {
      ...parameters,
      ...legacyPicture(request),
      shot_type: request.shotType,
      audio: request.audio,
      ...(isVace(request) && { obj_or_bg: vaceKinds(media) }),
    },
  };
}

function legacyPicture({ model, resolution, ratio }: CompleteRequest): Fields {
  return model.sizedByPixels && resolution && ratio ? { size: legacyPixels(resolution, ratio) } : { resolution };
}

function legacyInputs(request: CompleteRequest, media: readonly ResolvedMedia[]): Fields {
  const references = urlsOf(media, 'reference-image', 'reference-background', 'reference-video');
  if (isVace(request)) return { function: 'image_reference', ref_images_url: references };
  if (request.mode === 'reference') return { reference_urls: references };
  const [firstFrame] = urlsOf(media, 'first-frame');
  if (request.model.service === 'image2video') {
    const [lastFrame] = urlsOf(media, 'last-frame');
    return { first_frame_url: firstFrame, last_frame_url: lastFrame, template: request.template };
  }
  return { img_url: firstFrame, template: request.template, audio_url: urlsOf(media, 'audio')[0] };
}

/** The vace models do several jobs, named by `function`, of which this is the one with references. */
function isVace({ model }: CompleteRequest): boolean {
  return model.extras.includes('background');
}

/** As many as there are references: another number is refused as InvalidParameter. */
function vaceKinds(media: readonly ResolvedMedia[]): string[] {
  return media.flatMap(({ role }) => {
    if (role === 'reference-background') return ['bg'];
    return role === 'reference-image' ? ['obj'] : [];
  });
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

/** HappyHorse as well, which has some of these fields and no others. */
function wan27Parts(request: CompleteRequest, media: readonly ResolvedMedia[]): Parts {
  const { input, parameters } = commonParts(request);
  const { resolution, ratio, audioSetting } = request;
  const isText = request.mode === 'text';
  return {
    input: { ...input, ...(isText ? { audio_url: urlsOf(media, 'audio')[0] } : { media: typed(media, WAN27_TYPES) }) },
    parameters: { ...parameters, resolution, ratio, audio_setting: audioSetting },
  };
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
  document: 'file',
  link: 'link',
};

function wan30Parts(request: CompleteRequest, media: readonly ResolvedMedia[]): Parts {
  const { input, parameters } = commonParts(request);
  const { resolution, ratio, audio } = request;
  const items = typed(media, WAN30_TYPES);
  return {
    input: { ...input, ...(items.length > 0 && { media: items }) },
    parameters: { ...parameters, resolution, ratio, audio },
  };
}

interface TypedMedia {
  type: string;
  url: string;
  reference_voice?: string;
}

function typed(media: readonly ResolvedMedia[], types: Partial<Record<MediaRole, string>>): TypedMedia[] {
  const items: TypedMedia[] = [];
  for (const { role, url } of media) {
    const type = types[role];
    const last = items.at(-1);
    if (type !== undefined) items.push({ type, url });
    // A voice is no input of its own: it belongs to the reference before it.
    else if (role === 'reference-voice' && last) last.reference_voice = url;
  }
  return items;
}

/** The portrait models know none of the common fields, and take the watermark among the inputs. */
function portraitParts(request: CompleteRequest, media: readonly ResolvedMedia[]): Parts {
  const modes = { standard: 'wan-std', professional: 'wan-pro' };
  return {
    input: {
      image_url: urlsOf(media, 'first-frame')[0],
      video_url: urlsOf(media, 'video')[0],
      audio_url: urlsOf(media, 'audio')[0],
      watermark: request.watermark,
    },
    parameters: {
      resolution: request.resolution,
      mode: request.quality && modes[request.quality],
      check_image: request.checkImage,
      // The page of s2v sends it, and names no other.
      style: request.model.needsAudioUrl ? 'speech' : null,
    },
  };
}
