import type { MediaKind } from './media-format.ts';
import type { CompleteRequest, MediaRole } from './request.ts';

interface Range {
  min: number;
  max: number;
}

/** What a file put in may be; undefined: the pages do not say. */
export interface FileLimits {
  maxBytes: number;
  /** Pixels of either side. */
  sides?: Range;
  /** The longer side may be so many times the shorter one. */
  maxStretch?: number;
  seconds?: Range;
}

const MIB = 1024 * 1024;
/** Limits of Wan 2.7 for image, clip and sound, of 3.0 for documents; the other families state none, or the same. */
const MAX_BYTES: Record<MediaKind, number> = {
  image: 20 * MIB,
  video: 100 * MIB,
  audio: 15 * MIB,
  document: 100 * MIB,
};
/** Page "image to video" of 2.7. */
const IMAGE_27 = { sides: { min: 240, max: 8000 }, maxStretch: 8 };
const CLIP_27 = { sides: { min: 240, max: 4096 }, seconds: { min: 2, max: 10 } };
/** Pages of wan2.2-animate-move and -mix. */
const MOTION: Partial<Record<MediaKind, FileLimits>> = {
  image: { maxBytes: 5 * MIB, sides: { min: 200, max: 4096 }, maxStretch: 3 },
  video: { maxBytes: 200 * MIB, sides: { min: 200, max: 2048 }, maxStretch: 3, seconds: { min: 2, max: 30 } },
};
/** On 3.0 every video put in is a reference. */
const VIDEO_30 = { seconds: { min: 1, max: 15 } };
/** Of all reference videos of 3.0 together, and of them and the result together. */
export const MAX_INPUT_SECONDS = 15;
export const MAX_INPUT_AND_OUTPUT_SECONDS = 30;

/** The limits of one input, by the model and the job it has there. */
export function fileLimitsFor({ model, mode }: CompleteRequest, role: MediaRole, kind: MediaKind): FileLimits {
  const usual = { maxBytes: MAX_BYTES[kind] };
  if (mode === 'motion') return MOTION[kind] ?? usual;
  if (model.family === 'wan2.7' && kind === 'image') return { ...usual, ...IMAGE_27 };
  if (model.family === 'wan2.7' && (role === 'first-clip' || role === 'video')) return { ...usual, ...CLIP_27 };
  return model.family === 'wan3.0' && kind === 'video' ? { ...usual, ...VIDEO_30 } : usual;
}
