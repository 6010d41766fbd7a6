import { refuse } from '#lib/wanx/models/refuse.ts';
import type { Mode, WanModel } from '#lib/wanx/models/traits.ts';
import type { InputMedia, MediaRole } from './options.ts';

const REFERENCES: readonly MediaRole[] = [
  'reference-image',
  'reference-background',
  'reference-video',
  'reference-voice',
  'reference-audio',
];

/** Roles that each mode may have, by the pages of the families. */
const ROLES: Record<Mode, readonly MediaRole[]> = {
  text: ['audio'],
  image: ['first-frame', 'audio'],
  'first-and-last-frame': ['first-frame', 'last-frame', 'audio'],
  reference: ['first-frame', ...REFERENCES],
  edit: ['video', 'reference-image'],
  continuation: ['first-clip', 'last-frame'],
  document: ['document', 'link', ...REFERENCES],
  motion: ['first-frame', 'video'],
};
/** To 3.0 a video to edit is one reference among others. */
const ROLES_OF_30_EDIT: readonly MediaRole[] = ['video', ...REFERENCES];

/**
 * Refuses sets of inputs that the model does not take together. Wan 3.0 accepts some of them at first and fails minutes
 * later, so this is the only early answer.
 * @throws ReelError `invalid-input` naming the options and what is allowed
 */
export function refuseUnfitMedia(model: WanModel, mode: Mode, media: readonly InputMedia[]): void {
  const roles = mode === 'edit' && model.family === 'wan3.0' ? ROLES_OF_30_EDIT : ROLES[mode];
  for (const item of media) {
    if (!roles.includes(item.role))
      throw refuse(`${item.option} is not supported for ${mode} generation. Leave it out.`);
  }
  if (mode === 'first-and-last-frame' && !has(media, 'first-frame')) {
    throw refuse('lastFrame needs a firstFrame (or firstClip) beside it.');
  }
  if (model.family !== 'wan2.7' && mode === 'continuation' && has(media, 'last-frame')) {
    throw refuse(`lastFrame with firstClip is not supported by ${model.id}. Only wan2.7-i2v takes both.`);
  }
  if (model.needsAudioUrl && !has(media, 'audio')) {
    throw refuse(`audioUrl is missing: ${model.id} makes the person of the image speak it.`);
  }
  if (mode === 'reference') refuseUnfitReferences(model, media);
  if (media.filter(({ role }) => role === 'reference-background').length > 1) {
    throw refuse(
      `references.images has more than one background, and ${model.id} takes one. Give the others without isBackground.`,
    );
  }
  refuseTooMany(model, media);
}

function refuseUnfitReferences(model: WanModel, media: readonly InputMedia[]): void {
  if (has(media, 'first-frame') && model.family !== 'wan2.7') {
    throw refuse(`A first frame cannot be combined with references on ${model.id}. Give one of them.`);
  }
  const counted = REFERENCES.filter((role) => role !== 'reference-audio' || model.family === 'wan3.0');
  if (!counted.some((role) => has(media, role))) {
    throw refuse('references has no image and no video. Give at least one.');
  }
}

function refuseTooMany(model: WanModel, media: readonly InputMedia[]): void {
  const limits = model.references;
  if (!limits || !model.limitsKnown) return;
  const count = (...roles: MediaRole[]) => media.filter((item) => roles.includes(item.role)).length;
  // The video to edit is on 3.0 one of the reference videos.
  const edited = model.family === 'wan3.0' ? count('video') : 0;
  const images = count('reference-image', 'reference-background');
  const videos = count('reference-video') + edited;
  const audios = count('reference-audio');
  const counts = [
    ['references.images', images, limits.images],
    ['references.videos', videos, limits.videos],
    ['references.audios', audios, limits.audios],
    ['references', images + videos + audios, limits.total],
  ] as const;
  for (const [option, given, limit] of counts) {
    if (given > limit) throw refuse(`${option} has ${given} entries, but ${model.id} takes at most ${limit}.`);
  }
}

function has(media: readonly InputMedia[], role: MediaRole): boolean {
  return media.some((item) => item.role === role);
}
