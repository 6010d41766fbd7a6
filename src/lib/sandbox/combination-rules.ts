import type { MediaItem } from './media-rules.ts';
import type { ModelFamily } from './model-families.ts';
import { invalidParameter, type Refusal } from './refusal.ts';

export interface Parts {
  family: ModelFamily;
  input: Record<string, unknown>;
  parameters: Record<string, unknown>;
  list: readonly MediaItem[];
}

/** Values that are fine alone and not together. */
export function checkCombination(parts: Parts): Refusal | undefined {
  return checkDuration(parts) ?? checkReadThings(parts) ?? checkVace(parts);
}

/** 8 s at 1080P (wan2.2-i2v-flash), over 10 s with a reference video (2.7), no second left for the input (3.0). */
function checkDuration({ family, parameters, list }: Parts): Refusal | undefined {
  const { duration, resolution } = parameters;
  if (typeof duration !== 'number') return undefined;
  if (family.models.includes('wan2.2-i2v-flash') && resolution === '1080P' && duration === 8) {
    return invalidParameter('parameters.duration must be 5 at 1080P.');
  }
  if (!list.some(({ type }) => type === 'reference_video')) return undefined;
  if (family.protocol === '2.7' && duration > 10) {
    return invalidParameter('parameters.duration must be 2 to 10 with a reference video.');
  }
  const isTooLong = family.protocol === '3.0' && duration > 29;
  return isTooLong ? invalidParameter('input and output video may have 30 seconds together.') : undefined;
}

/** A document or page is read by what extends the prompt. */
function checkReadThings({ parameters, list }: Parts): Refusal | undefined {
  const read = list.filter(({ type }) => type === 'file' || type === 'link');
  if (read.length > 1) return invalidParameter('media types file and link cannot be combined.');
  const isUnread = read.length === 1 && parameters.prompt_extend === false;
  return isUnread ? invalidParameter('parameters.prompt_extend must be true with a file or a link.') : undefined;
}

function checkVace({ input, parameters }: Parts): Refusal | undefined {
  const { ref_images_url: images } = input;
  if (!Array.isArray(images)) return undefined;
  if (images.length > 3) return invalidParameter('input.ref_images_url must hold 1 to 3 addresses.');
  const { obj_or_bg: kinds } = parameters;
  const fits = Array.isArray(kinds) && kinds.length === images.length;
  return fits ? undefined : invalidParameter('parameters.obj_or_bg must be as long as input.ref_images_url.');
}
