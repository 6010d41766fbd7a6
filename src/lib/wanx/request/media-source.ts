import { refuse, shown } from '#lib/wanx/models/refuse.ts';
import type { WanModel } from '#lib/wanx/models/traits.ts';
import { fileLimitsFor } from '#lib/wanx/uploads/file-limits.ts';
import { MEDIA_KINDS } from './media-format.ts';
import type { InputMedia } from './options.ts';

/** `BMP` and the others by the page of Wan 2.7, the only one that lists them. */
const DATA_IMAGE = /^data:image\/(?:jpeg|jpg|png|bmp|webp);base64,/i;
const WEB_ADDRESS = /^\s*https?:/i;
const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * Looks at where an input comes from, and not at what it is.
 * @throws ReelError `invalid-input` for a source that cannot be one, or that this model does not read
 */
export function refuseUnfitSource(item: InputMedia, model: WanModel): void {
  const { role, option } = item;
  const text = String(item.source);
  if (text.trim() === '') throw refuse(`${option} is empty: give a URL or the path of a file.`);
  if (role === 'link' && !isWebAddress(text)) {
    throw refuse(`link ${shown(text)} is not the address of a web page. Allowed: http and https URLs.`);
  }
  // With a blank before it, too: as the path of a file it would stand in the error as a whole.
  if (/^\s*data:/i.test(text)) refuseUnfitData(item, text, model);
  const kind = MEDIA_KINDS[role];
  if (kind === 'address' || !WEB_ADDRESS.test(text) || !BEYOND_ASCII.test(text)) return;
  if (!fileLimitsFor(model, kind).isAsciiUrl) return;
  throw refuse(
    `${option} has characters outside ASCII in its URL, which ${model.id} does not read. Percent-encode them.`,
  );
}

function isWebAddress(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

/** The pages let images come inline, and nothing else: a sound or a clip must have an address. */
function refuseUnfitData({ role, option }: InputMedia, text: string, model: WanModel): void {
  const kind = MEDIA_KINDS[role];
  if (kind !== 'image') {
    throw refuse(`${option} is a data URL, which only images may be. Give a URL or the path of a file.`);
  }
  if (!fileLimitsFor(model, kind).inline) {
    throw refuse(`${option} is a data URL, which ${model.id} does not take. Give a URL or the path of a file.`);
  }
  if (DATA_IMAGE.test(text)) return;
  // Only what it says of itself: the rest is the user's picture.
  const type = shown(
    text
      .slice(0, 40)
      .trim()
      .replace(/[,;].*$/s, ''),
  );
  throw refuse(`${option} ${type} is not an image inline. Allowed: data:image/<type>;base64, jpeg, png, bmp or webp.`);
}
