import { redactText } from '#lib/base/redact.ts';
import { type AssetFormat, oneOf } from '#lib/capture/formats/asset-format.ts';

/** Read of another body, far more than is shown of it: a secret that the end cuts in two would not be recognised. */
export const EXCERPT_BYTES = 1024;
const SHOWN_CHARACTERS = 300;

/**
 * Says what came in place of a file, with a short excerpt when it is text: mostly the provider's own explanation.
 * @param clean cuts out what is secret beside what `redactText` knows by its form
 */
export function describeOtherBody(
  format: Pick<AssetFormat, 'title'>,
  bytes: Uint8Array,
  contentType: string | undefined,
  clean: (text: string) => string = (text) => text,
): string {
  if (bytes.length === 0) return 'The response is empty.';
  const type = contentType ? ` (${clean(redactText(contentType)).slice(0, 80)})` : '';
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, EXCERPT_BYTES)).trim();
  const kind = kindOfText(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text.
  if (!kind && /[\x00-\x08\x0e-\x1f\ufffd]/.test(text)) {
    return `The response is binary data but not ${oneOf(format)}${type}.`;
  }
  // Error pages echo the request, signature included.
  const excerpt = clean(redactText((providerError(text) ?? text).replace(/\s+/g, ' '))).slice(0, SHOWN_CHARACTERS);
  return `The response is ${kind || 'text'}${type}: ${excerpt}`;
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
