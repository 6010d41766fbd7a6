import { redactText } from '#lib/base/redact.ts';

/** How many bytes of a body are enough to tell an MP4 from an error page. */
export const SNIFF_BYTES = 12;
/** Read of another body, far more than is shown of it: a secret that the end cuts in two would not be recognised. */
export const EXCERPT_BYTES = 1024;
const SHOWN_CHARACTERS = 300;

/** An ISO base media file starts with its `ftyp` box: four bytes of size, then the name. */
export function startsLikeMp4(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[4] === 0x66 && bytes[5] === 0x74 && bytes[6] === 0x79 && bytes[7] === 0x70;
}

/**
 * Says what came in place of a video, with a short excerpt when it is text: mostly the provider's own explanation.
 * @param clean cuts out what is secret beside what `redactText` knows by its form
 */
export function describeOtherBody(
  bytes: Uint8Array,
  contentType: string | undefined,
  clean: (text: string) => string = (text) => text,
): string {
  if (bytes.length === 0) return 'The answer is empty.';
  const type = contentType ? ` (${clean(redactText(contentType)).slice(0, 80)})` : '';
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, EXCERPT_BYTES)).trim();
  const kind = kindOfText(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text.
  if (!kind && /[\x00-\x08\x0e-\x1f\ufffd]/.test(text)) return `The answer is binary data but not an MP4 file${type}.`;
  // Error pages echo the request, signature included.
  const excerpt = clean(redactText((providerError(text) ?? text).replace(/\s+/g, ' '))).slice(0, SHOWN_CHARACTERS);
  return `The answer is ${kind || 'text'}${type}: ${excerpt}`;
}

function kindOfText(text: string): string {
  if (text.startsWith('<')) return /^<(!doctype\s+html|html)/i.test(text) ? 'HTML' : 'XML';
  return /^[[{]/.test(text) ? 'JSON' : '';
}

/** The two elements that tell the reader something in an error document of OSS or S3. */
function providerError(text: string): string | undefined {
  const code = /<Code>([^<]*)/.exec(text)?.[1];
  const message = /<Message>([^<]*)/.exec(text)?.[1];
  return code === undefined ? undefined : `${code} (${message ?? 'no message'})`;
}
