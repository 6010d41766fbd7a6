import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';

const LOOKED_AT_BYTES = 1024;

/**
 * What follows the last box belongs to no box. Behind a film whose index has an end it does no harm. A file in fragments
 * has none: there it may be what is left of the next fragment, or what a gateway sent in its place.
 * @throws NotWhole
 */
export async function checkTail(file: FileWindow, end: number, isOpenEnded: boolean): Promise<string | undefined> {
  const bytes = file.sizeBytes - end;
  if (bytes === 0) return undefined;
  const tail = await file.read(end, LOOKED_AT_BYTES);
  const doubt = isOpenEnded ? doubtAbout(tail) : undefined;
  if (doubt !== undefined) throw new NotWhole(doubt);
  return `${bytes} bytes after its last box belong to no box`;
}

function doubtAbout(tail: Buffer): string | undefined {
  // The size of a box begins with a zero.
  if (tail.length < 8 && tail[0] === 0)
    return `${tail.length} stray bytes follow its last box, as if another had begun`;
  if (tail.every((byte) => byte === 0)) return undefined;
  const text = tail.toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text.
  if (/[\x00-\x08\x0e-\x1f]/.test(text.replace(/\0+$/, ''))) return 'what follows its last box is not a box';
  return isErrorPage(text.trimStart()) ? 'an error page replaces its end' : undefined;
}

const MARKUP = /^<(!doctype\s+html|html|head|body|title|script|center|h1|pre)\b/i;
/** What proxies and servers say without any form. */
const COMPLAINT =
  /\b(error|exception|timed?[ -]?out|bad gateway|unavailable|upstream|refused|denied|forbidden|not found|too many requests|connection (reset|closed|terminated))\b/i;

function isErrorPage(text: string): boolean {
  return (
    MARKUP.test(text) ||
    /^<.*<(Error|Code|Message)>/s.test(text) ||
    /^\{.*"(error|code)"/s.test(text) ||
    /^HTTP\/\d/i.test(text) ||
    COMPLAINT.test(text)
  );
}
