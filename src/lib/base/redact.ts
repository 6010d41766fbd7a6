// A signed URL is a bearer secret: whoever reads its query string can fetch the file. Keys and tokens likewise.
const URL_IN_TEXT = /\b(?:https?|oss):\/\/[^\s"'<>]+/gi;
const BEARER = /\b(Bearer\s+)[A-Za-z0-9._~+/=-]+/gi;
const API_KEY = /\bsk-[A-Za-z0-9_-]{4,}/g;

/** The URL without user, query and fragment: enough to recognise it, useless to a thief. `?…` marks a removed query. */
export function redactUrl(url: string | URL): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}${parsed.search ? '?…' : ''}`;
  } catch {
    return '(unreadable URL)';
  }
}

/** Removes signed queries, bearer tokens and API keys from a text that comes from elsewhere. */
export function redactText(text: string): string {
  return text
    .replace(URL_IN_TEXT, (url) => redactUrl(url))
    .replace(BEARER, '$1…')
    .replace(API_KEY, 'sk-…');
}
