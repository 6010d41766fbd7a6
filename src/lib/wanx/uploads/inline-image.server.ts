import { refuse } from '#lib/wanx/models/refuse.ts';
import type { CompleteRequest, InputMedia } from '#lib/wanx/request/options.ts';
import { checkImage, HEAD_BYTES, type SeenInput } from './local-file.server.ts';

/** Whole groups of four, so that the part decodes by itself. */
const HEAD_CHARACTERS = Math.ceil(HEAD_BYTES / 3) * 4;
const PREFIX = /^data:[^,]*;base64,/i;
/** No pattern for the whole text: one of megabytes could need more stack than there is. */
const NOT_BASE64 = /[^a-z0-9+/]/i;

/**
 * Checks the images of a request that came inside data URLs as files are checked, by their first bytes. They are sent as
 * they are afterwards.
 * @throws ReelError `invalid-input` naming the option and what is allowed, and nothing of the data
 */
export function checkInlineImages(request: CompleteRequest): void {
  for (const item of request.media) {
    const text = String(item.source);
    const prefix = PREFIX.exec(text)?.[0];
    if (prefix !== undefined) checkImage(seenIn(item, text, prefix.length), request);
  }
}

function seenIn({ option }: InputMedia, text: string, start: number): SeenInput {
  const name = `${option}: the inline image`;
  const characters = text.length - start;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const sizeBytes = (characters / 4) * 3 - padding;
  if (characters === 0 || characters % 4 !== 0 || NOT_BASE64.test(text.slice(start, text.length - padding))) {
    throw refuse(
      `${name} is not readable base64. Allowed: A-Z, a-z, 0-9, + and /, filled up with = to a multiple of 4, without line breaks.`,
    );
  }
  return { name, sizeBytes, head: Buffer.from(text.slice(start, start + HEAD_CHARACTERS), 'base64') };
}
