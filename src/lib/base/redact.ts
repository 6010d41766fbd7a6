// A signed URL is a bearer secret: whoever reads its query string can fetch the file. Keys and tokens likewise.
// The slashes may be escaped, as JSON writers do. The scheme is bounded, or a long text of dots would take minutes.
const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]{1,20}:(?:\/|\\\/){2}[^\s"'<>]+/gi;
const AUTHORIZATION = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi;
// fal.ai sends `Key <id>:<secret>`.
const KEY_PAIR = /\b(Key)\s+[A-Za-z0-9_-]+:[A-Za-z0-9_-]+/gi;
const API_KEY = /\bsk-[A-Za-z0-9_-]{4,}/g;
// What is left of a signed URL when its beginning is cut off or it came without a scheme.
const SIGNED_PARAMETER =
  /\b(signature|sig|ossaccesskeyid|awsaccesskeyid|security-token|x-(?:amz|oss)-(?:signature|credential|security-token))(=|%3D)[^&\s"'<>]+/gi;

/** The URL without user, query and fragment: enough to recognise it, useless to a thief. `?…` marks a removed query. */
export function redactUrl(url: string | URL): string {
  try {
    const parsed = new URL(url);
    // A data URL is its content, and may be megabytes long.
    if (parsed.protocol === 'data:') return 'data:…';
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}${parsed.search ? '?…' : ''}`;
  } catch {
    return '(unreadable URL)';
  }
}

/** Removes signed queries, credentials, bearer tokens and API keys from a text that comes from elsewhere. */
export function redactText(text: string): string {
  return text
    .replace(URL_IN_TEXT, (url) => redactUrl(url.replaceAll('\\/', '/')))
    .replace(AUTHORIZATION, '$1 …')
    .replace(KEY_PAIR, '$1 …')
    .replace(API_KEY, 'sk-…')
    .replace(SIGNED_PARAMETER, '$1$2…');
}
