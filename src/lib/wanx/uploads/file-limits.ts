import type { WanModel } from '#lib/wanx/models/traits.ts';
import { type FileLimits, type MediaKind, MIB } from './file-rules.ts';

/** Where a model's page says nothing else: images, clips and sounds by the pages of 2.5 to 2.7, documents by that of 3.0. */
const USUAL: Record<MediaKind, FileLimits> = {
  image: { maxBytes: 20 * MIB, formats: ['jpeg', 'png', 'bmp', 'webp'], inline: true },
  video: { maxBytes: 100 * MIB, formats: ['mp4', 'mov'], inline: false },
  audio: { maxBytes: 15 * MIB, formats: ['wav', 'mp3'], inline: false },
  document: { maxBytes: 100 * MIB, formats: ['docx', 'pptx', 'pdf', 'md'], inline: false },
};
/** Of all reference videos of 3.0 together, of all its sounds, and of the videos and the result. */
export const MAX_INPUT_SECONDS = 15;
export const MAX_INPUT_AND_OUTPUT_SECONDS = 30;

/** The limits of the model for inputs of that kind. */
export function fileLimitsFor(model: WanModel, kind: MediaKind): FileLimits {
  const known = { ...USUAL[kind], ...model.files[kind] };
  if (model.limitsKnown) return known;
  return { maxBytes: Number.POSITIVE_INFINITY, formats: known.formats, inline: known.inline };
}
