import type { RequestRules } from '#lib/sandbox/dashscope/families/model-family.ts';
import type { MediaItem } from './media-rules.ts';
import { invalidField, invalidParameter, type Refusal } from './refusal.ts';

export interface Parts {
  rules: RequestRules;
  input: Record<string, unknown>;
  parameters: Record<string, unknown>;
  list: readonly MediaItem[];
}

/** Values that are fine alone and not together. */
export function checkCombination(parts: Parts): Refusal | undefined {
  return checkDuration(parts) ?? checkReadThings(parts) ?? checkVaceKinds(parts);
}

function checkDuration({ rules: { longestWithVideo }, parameters: { duration }, list }: Parts): Refusal | undefined {
  const hasVideo = list.some(({ type }) => type === 'reference_video');
  if (!hasVideo || longestWithVideo === undefined || typeof duration !== 'number' || duration <= longestWithVideo) {
    return undefined;
  }
  return invalidField('parameters.duration', `at most ${longestWithVideo} with a reference video`);
}

/** A document or page is read by what extends the prompt. */
function checkReadThings({ parameters, list }: Parts): Refusal | undefined {
  const read = list.filter(({ type }) => type === 'file' || type === 'link');
  if (read.length > 1) return invalidField('input.media', 'file and link cannot be combined');
  const isUnread = read.length === 1 && parameters.prompt_extend === false;
  return isUnread ? invalidField('parameters.prompt_extend', 'true with a file or a link') : undefined;
}

/** One image needs no word of what it is; several do, and one of them may be the background. */
function checkVaceKinds({ rules, input, parameters }: Parts): Refusal | undefined {
  const { ref_images_url: images } = input;
  if (!('obj_or_bg' in rules.parameters) || !Array.isArray(images)) return undefined;
  const { obj_or_bg: kinds = ['obj'] } = parameters;
  if (!Array.isArray(kinds) || kinds.length !== images.length) {
    return invalidParameter('ref_images_url and obj_or_bg must be the same length.');
  }
  const backgrounds = kinds.filter((kind) => kind === 'bg').length;
  return backgrounds > 1 ? invalidField('parameters.obj_or_bg', 'at most one bg') : undefined;
}
