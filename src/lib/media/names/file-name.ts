import { mimeTypeOf } from './mime-type.ts';

/** A name has at most so many bytes: what a part file adds must fit into the 143 that encrypted home folders leave. */
const MOST_BYTES = 110;
/** Windows refuses these, and separators lead elsewhere. https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const FORBIDDEN = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** Devices of Windows, in any case, with any extension and with blanks behind. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/iu;
/** Digits alone are a number, as in `Clip v1.5`. */
const EXTENSION = /\.(?!\d+$)[A-Za-z0-9]{1,8}$/;
/** What a name has behind it while its file is being written. */
export const IN_PROGRESS = /\.part(\.(json|lock|save)(\.\d+)?)?$/i;
const encoder = new TextEncoder();

/**
 * A name that Windows, macOS and Linux take as it is; as close to the given one as possible.
 * @param extension with its dot, for a name that has none
 */
export function safeFileName(given: string, extension: string): string {
  const name = given
    .toWellFormed()
    .normalize('NFC')
    .replace(FORBIDDEN, '-')
    .replace(/^[.\s]+/u, '')
    .replace(/[.\s]+$/u, '');
  const own = EXTENSION.exec(name)?.[0] ?? '';
  const stem = (own === '' ? name : name.slice(0, -own.length)).replace(/[.\s]+$/u, '');
  const plain = DEVICE.test(stem) ? `_${stem}` : stem;
  const named = fitting(plain === '' || plain === '-' ? 'video' : plain, own === '' ? extension : own);
  // It would be taken for a file that is still being written: another save could take its place.
  return IN_PROGRESS.test(named) ? fitting(named, extension) : named;
}

/**
 * As `safeFileName`, for the file of an item: programs, and this library, know what it is by its extension. One of another kind is
 * taken for a part of the name.
 */
export function mediaFileName(given: string, extension: string): string {
  const name = safeFileName(given, extension);
  return kindOf(name) === kindOf(extension) ? name : safeFileName(`${name}${extension}`, extension);
}

/** `video`, `image`, … */
function kindOf(name: string): string | undefined {
  return mimeTypeOf(name).split('/')[0];
}

/** `AI-Video-{modelId}-{timestamp}.mp4` */
export function generatedFileName(modelId: string | undefined, nowMs: number, extension: string): string {
  const model = (modelId ?? 'video').split('/').filter(Boolean).join('-');
  return safeFileName(`AI-Video-${model.slice(0, 60)}-${nowMs}${extension}`, extension);
}

/**
 * The first of `clip.mp4`, `clip-2.mp4`, `clip-3.mp4`, … that is not taken.
 * @param isTaken gets names as `nameKey`
 * @param from the first number to try
 */
export function freeName(name: string, isTaken: (key: string) => boolean, from = 2): string {
  if (!isTaken(nameKey(name))) return name;
  const extension = EXTENSION.exec(name)?.[0] ?? '';
  const stem = extension === '' ? name : name.slice(0, -extension.length);
  for (let number = from; ; number += 1) {
    const next = fitting(stem, `-${number}${extension}`);
    if (!isTaken(nameKey(next))) return next;
  }
}

/** Equal for names that some file system takes for the same: macOS and Windows ignore case, macOS the normal form. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Cuts the stem between two characters, never inside one. */
export function fitting(stem: string, ending: string, mostBytes = MOST_BYTES): string {
  let text = '';
  let left = mostBytes - encoder.encode(ending).length;
  for (const character of stem) {
    left -= encoder.encode(character).length;
    if (left < 0) break;
    text += character;
  }
  return text.replace(/[.\s]+$/u, '') + ending;
}

/** Whether a name from outside can be the name of one of our files: it must not lead anywhere. */
export function isSafeFileName(name: string): boolean {
  return name !== '' && safeFileName(name, '') === name;
}
