import { z } from 'zod';
import type { ModelFamily } from './model-families.ts';
import { invalidParameter, type Refusal } from './refusal.ts';

const mediaListSchema = z.array(
  z.looseObject({ type: z.string(), url: z.string(), reference_voice: z.string().optional() }),
);
export type MediaItem = z.infer<typeof mediaListSchema>[number];

/** I2V27: each type at most once, and only these sets. */
const FRAME_SETS = [
  'first_frame',
  'driving_audio,first_frame',
  'first_frame,last_frame',
  'driving_audio,first_frame,last_frame',
  'first_clip',
  'first_clip,last_frame',
];
const FRAMES = ['first_frame', 'last_frame'];
const LIMITS_30: Record<string, number> = {
  first_frame: 1,
  last_frame: 1,
  reference_image: 10,
  reference_video: 5,
  reference_audio: 5,
  file: 1,
  link: 1,
};
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

export function parseMediaList(value: unknown): MediaItem[] | Refusal {
  const parsed = mediaListSchema.safeParse(value);
  return parsed.success ? parsed.data : invalidParameter('input.media must be a list of objects with type and url.');
}

export function checkMedia(family: ModelFamily, media: MediaItem[]): Refusal | undefined {
  const speaker = media.find(({ reference_voice: voice }) => voice !== undefined);
  const maySpeak = family.protocol === '2.7' && family.mode === 'reference' && speaker?.type !== 'first_frame';
  if (speaker && !maySpeak) return invalidParameter(`media type ${speaker.type} takes no reference_voice.`);
  const link = media.find(({ type }) => type === 'link');
  if (link && !/^https?:/i.test(link.url)) return invalidParameter('a link must be the address of a web page.');
  if (family.protocol === '3.0') return checkMedia30(media);
  if (family.mode === 'frames') return checkFrames(media);
  if (family.mode === 'reference') return checkReferences(media);
  return family.mode === 'edit' ? checkEdit(media) : undefined;
}

function checkFrames(media: MediaItem[]): Refusal | undefined {
  const set = media
    .map(({ type }) => type)
    .sort()
    .join(',');
  return FRAME_SETS.includes(set) ? undefined : invalidParameter(`media combination [${set}] is not supported.`);
}

function checkReferences(media: MediaItem[]): Refusal | undefined {
  const references = media.filter(({ type }) => type === 'reference_image' || type === 'reference_video');
  const frames = media.filter(({ type }) => type === 'first_frame');
  const allowed = references.length + frames.length === media.length;
  if (allowed && references.length >= 1 && references.length <= 5 && frames.length <= 1) return undefined;
  return invalidParameter('media must hold 1 to 5 references and at most one first_frame.');
}

function checkEdit(media: MediaItem[]): Refusal | undefined {
  const videos = media.filter(({ type }) => type === 'video').length;
  const images = media.filter(({ type }) => type === 'reference_image').length;
  if (videos === 1 && images <= 4 && videos + images === media.length) return undefined;
  return invalidParameter('media must hold exactly one video and at most 4 reference_image.');
}

function checkMedia30(media: MediaItem[]): Refusal | undefined {
  for (const { type } of media) {
    const limit = LIMITS_30[type];
    if (limit === undefined) return invalidParameter(`media type ${type} is not supported.`);
    if (media.filter((other) => other.type === type).length > limit) {
      return invalidParameter(`media type ${type} may occur at most ${limit} times.`);
    }
  }
  return undefined;
}

/** 3.0 takes frames mixed with references at creation and fails inside the task. */
export function failsLater(family: ModelFamily, media: MediaItem[]): boolean {
  if (family.protocol !== '3.0') return false;
  const frames = media.filter(({ type }) => FRAMES.includes(type)).length;
  return frames > 0 && frames < media.length;
}

export interface MediaContext {
  /** Whether the request carries `X-DashScope-OssResourceResolve: enable`. */
  resolvesOss: boolean;
  isUploaded: (ossUrl: string) => boolean;
}

/** A media address by its form alone: the sandbox never fetches what a request names. */
export function checkMediaUrl(field: string, url: string, context: MediaContext): Refusal | undefined {
  if (url.startsWith('data:')) return checkDataUrl(field, url);
  if (url.startsWith('oss://')) {
    if (!context.resolvesOss) return invalidParameter(`${field}: oss:// needs X-DashScope-OssResourceResolve: enable.`);
    if (context.isUploaded(url)) return undefined;
    return {
      status: 400,
      code: 'InvalidFile.DownloadFailed',
      message: `${field}: the file was not found or has expired.`,
    };
  }
  const web = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  return web ? undefined : { status: 400, code: 'InvalidURL', message: `${field}: the URL is not valid.` };
}

function checkDataUrl(field: string, url: string): Refusal | undefined {
  const [, type = '', base64] = /^data:([a-z]+\/[a-z0-9.+-]+);base64,([A-Za-z0-9+/]+={0,2})$/.exec(url) ?? [];
  if (base64 === undefined) return invalidParameter(`${field}: not a data:<type>;base64 address.`);
  if (!/^image\/(jpeg|jpg|png|bmp|webp)$/.test(type)) return invalidParameter(`${field}: ${type} is not supported.`);
  if ((base64.length * 3) / 4 > MAX_IMAGE_BYTES) return invalidParameter(`${field}: the image is larger than 20 MB.`);
  return undefined;
}
