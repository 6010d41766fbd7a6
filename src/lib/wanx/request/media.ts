import { refuse, takes } from '#lib/wanx/models/refuse.ts';
import type { WanModel } from '#lib/wanx/models/traits.ts';
import { refuseUnfitSource } from './media-source.ts';
import type { InputMedia, MediaRole, MediaSource, Reference, WanxRequest } from './options.ts';

/**
 * Every input of a request in the order in which it is sent: references keep their places, for the prompt counts them.
 * @throws ReelError `invalid-input` for a source that cannot be one
 */
export function mediaOf(request: WanxRequest, model: WanModel): InputMedia[] {
  if (request.audioUrl !== undefined && !model.audioUrl) {
    throw refuse(`audioUrl is not supported by ${model.id}. Leave it out.`);
  }
  const items = [
    ...item('first-frame', request.image === undefined ? 'firstFrame' : 'image', request.image ?? request.firstFrame),
    ...item('last-frame', 'lastFrame', request.lastFrame),
    ...item('first-clip', 'firstClip', request.firstClip),
    ...item('video', 'video', request.video),
    ...item('document', 'document', request.document),
    ...item('link', 'link', request.link),
    ...referencesOf(request, model),
    ...item('audio', 'audioUrl', request.audioUrl),
  ];
  for (const one of items) refuseUnfitSource(one, model);
  return items;
}

function referencesOf({ references }: WanxRequest, model: WanModel): InputMedia[] {
  const { images = [], videos = [], audios = [] } = references ?? {};
  return [
    ...images.flatMap((image) => reference('reference-image', 'references.images', image, model)),
    ...videos.flatMap((video) => reference('reference-video', 'references.videos', video, model)),
    ...audios.flatMap((audio) => item('reference-audio', 'references.audios', audio)),
  ];
}

function reference(
  role: 'reference-image' | 'reference-video',
  option: string,
  given: MediaSource | Reference,
  model: WanModel,
): InputMedia[] {
  if (typeof given === 'string' || given instanceof URL) return item(role, option, given);
  const { source, voice, isBackground } = given;
  if (voice !== undefined) takes(model, 'voice', voice);
  if (isBackground !== undefined) takes(model, 'background', isBackground);
  if (isBackground && role === 'reference-video') throw refuse(`${option}: only an image can be a background.`);
  return [
    ...item(isBackground ? 'reference-background' : role, option, source),
    ...item('reference-voice', `${option} voice`, voice),
  ];
}

function item(role: MediaRole, option: string, source: MediaSource | undefined): InputMedia[] {
  return source === undefined ? [] : [{ role, option, source }];
}
