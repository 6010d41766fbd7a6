import { ReelError } from '#lib/base/errors.ts';

/** Set by the download itself: a caller's own value would break the proof that a resumed file is whole. */
const OURS = /^(host|connection|content-length|transfer-encoding|accept-encoding|range|if-.*|te|upgrade|expect)$/i;

/**
 * Checks the caller's headers before they go on the wire as text.
 * @throws ReelError `invalid-input`: a line break would smuggle in a header, or a name is one of ours
 */
export function checkHeaders(headers: Record<string, string> = {}): Array<[string, string]> {
  return Object.entries(headers).map(([name, value]) => {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || OURS.test(name)) {
      throw new ReelError(
        'invalid-input',
        `The header "${name.slice(0, 60)}" is not allowed for a download. Remove it.`,
      );
    }
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new ReelError(
        'invalid-input',
        `The value of the header "${name}" contains characters that a header must not contain.`,
      );
    }
    return [name, value];
  });
}
