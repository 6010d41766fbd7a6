import { ReelError } from '#lib/base/errors.ts';
import type { Mode, WanModel } from './models.ts';
import type { MediaItem, MediaRole } from './request.ts';

/** Roles that each mode may have besides references, by the pages of the families. */
const ROLES: Record<Mode, readonly MediaRole[]> = {
  text: ['audio'],
  image: ['first-frame', 'audio'],
  'first-and-last-frame': ['first-frame', 'last-frame', 'audio'],
  reference: ['first-frame', 'reference-image', 'reference-video', 'reference-audio'],
  edit: ['video', 'reference-image'],
  continuation: ['first-clip', 'last-frame'],
};

/**
 * Refuses sets of inputs that the model does not take together. Wan 3.0 accepts some of them at first and fails minutes
 * later, so this is the only early answer.
 * @throws ReelError `invalid-input` naming the options and what is allowed
 */
export function refuseUnfitMedia(model: WanModel, mode: Mode, media: readonly MediaItem[]): void {
  for (const item of media) {
    if (!ROLES[mode].includes(item.role))
      throw unfit(`${item.option} does not go with ${mode} generation. Leave it out.`);
  }
  if (mode === 'first-and-last-frame' && !has(media, 'first-frame')) {
    throw unfit('lastFrame needs a firstFrame (or firstClip) beside it.');
  }
  if (model.family !== 'wan2.7' && mode === 'continuation' && has(media, 'last-frame')) {
    throw unfit(`lastFrame with firstClip is not taken by ${model.id}. Only wan2.7-i2v takes both.`);
  }
  if (mode === 'reference') refuseUnfitReferences(model, media);
  refuseTooMany(model, media);
}

function refuseUnfitReferences(model: WanModel, media: readonly MediaItem[]): void {
  if (has(media, 'first-frame') && model.family !== 'wan2.7') {
    throw unfit(`A first frame does not go with references on ${model.id}. Give one of them.`);
  }
  if (!has(media, 'reference-image') && !has(media, 'reference-video')) {
    throw unfit('references has no image and no video. Give at least one.');
  }
}

function refuseTooMany(model: WanModel, media: readonly MediaItem[]): void {
  const limits = model.references;
  if (!limits) return;
  const count = (role: MediaRole) => media.filter((item) => item.role === role).length;
  const [images, videos, audios] = [count('reference-image'), count('reference-video'), count('reference-audio')];
  const counts = [
    ['references.images', images, limits.images],
    ['references.videos', videos, limits.videos],
    ['references.audios', audios, limits.audios],
    ['references', images + videos + audios, limits.total],
  ] as const;
  for (const [option, given, limit] of counts) {
    if (given > limit) throw unfit(`${option} has ${given} entries, but ${model.id} takes at most ${limit}.`);
  }
}

function has(media: readonly MediaItem[], role: MediaRole): boolean {
  return media.some((item) => item.role === role);
}

function unfit(message: string): ReelError {
  return new ReelError('invalid-input', message, { stage: 'submitting' });
}
