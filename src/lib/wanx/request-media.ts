import { MEDIA_KINDS } from './media-format.ts';
import type { WanModel } from './models.ts';
import { refuse, shown, takes } from './option-checks.ts';
import type { MediaItem, MediaRole, MediaSource, Reference, WanxRequest } from './request.ts';

/** `BMP` and the others by the page of Wan 2.7, the only one that lists them. */
const DATA_IMAGE = /^data:image\/(?:jpeg|jpg|png|bmp|webp);base64,/i;

/**
 * Every input of a request in the order in which it is sent: references keep their places, for the prompt counts them.
 * @throws ReelError `invalid-input` for a source that cannot be one
 */
export function mediaOf(request: WanxRequest, model: WanModel): MediaItem[] {
  if (request.audioUrl !== undefined && !model.audioUrl) {
    throw refuse(`audioUrl is not taken by ${model.id}. Leave it out.`);
  }
  return [
    ...item('first-frame', request.image === undefined ? 'firstFrame' : 'image', request.image ?? request.firstFrame),
    ...item('last-frame', 'lastFrame', request.lastFrame),
    ...item('first-clip', 'firstClip', request.firstClip),
    ...item('video', 'video', request.video),
    ...item('document', 'document', request.document),
    ...item('link', 'link', request.link),
    ...referencesOf(request, model),
    ...item('audio', 'audioUrl', request.audioUrl),
  ];
}

function referencesOf({ references }: WanxRequest, model: WanModel): MediaItem[] {
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
): MediaItem[] {
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

function item(role: MediaRole, option: string, source: MediaSource | undefined): MediaItem[] {
  if (source === undefined) return [];
  const text = String(source);
  if (text.trim() === '') throw refuse(`${option} is empty: give a URL or the path of a file.`);
  if (role === 'link' && !isWebAddress(text)) {
    throw refuse(`link ${shown(text)} is not the address of a web page. Allowed: http and https URLs.`);
  }
  // With a blank before it, too: as the path of a file it would stand in the error as a whole.
  if (/^\s*data:/i.test(text)) refuseUnfitData(role, option, text);
  return [{ role, option, source }];
}

function isWebAddress(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

/** The pages let images come inline, and nothing else: a sound or a clip must have an address. */
function refuseUnfitData(role: MediaRole, option: string, text: string): void {
  if (MEDIA_KINDS[role] !== 'image') {
    throw refuse(`${option} is a data URL, which only images may be. Give a URL or the path of a file.`);
  }
  if (!DATA_IMAGE.test(text)) {
    // Only what it says of itself: the rest is somebody's picture.
    const kind = shown(
      text
        .slice(0, 40)
        .trim()
        .replace(/[,;].*$/s, ''),
    );
    throw refuse(
      `${option} ${kind} is not an image inline. Allowed: data:image/<type>;base64, jpeg, png, bmp or webp.`,
    );
  }
}
