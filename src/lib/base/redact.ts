// A signed URL is a bearer secret: anyone who has its query string can fetch the file. So are keys and tokens.
// The slashes may be escaped, as JSON writers do. The scheme is bounded, or a long text of dots would take minutes.
const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]{1,20}:(?:\/|\\\/){2}[^\s"'<>]+/gi;
// A URL inside the query of another one, encoded once or more often. It ends where the outer parameter does.
const ENCODED_URL = /[a-z][a-z0-9+.-]{1,20}(?::|%(?:25){0,3}3A)(?:%(?:25){0,3}2F){2}[^\s"'<>&]+/gi;
const MOST_ENCODINGS = 5;
// A data URL is one only with its comma: words may begin with `data:` as well.
const WHOLE_LINK = /^\s*(?:[a-z][a-z0-9+.-]{1,20}:\/\/|data:[^\s,]{0,200},)/i;
const AUTHORIZATION = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi;
// fal.ai sends `Key <id>:<secret>`.
const KEY_PAIR = /\b(Key)\s+[A-Za-z0-9_-]+:[A-Za-z0-9_-]+/gi;
const API_KEY = /\bsk-[A-Za-z0-9_-]{4,}/g;
// Of Notion connections.
const NOTION_TOKEN = /\b(ntn|secret)_[A-Za-z0-9]{8,}/g;
const JSON_WEB_TOKEN = /\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g;
const COOKIE_HEADER = /\b((?:set-)?cookie)\s*:\s*[^\r\n<]+/gi;

/** Names whose value is a secret, in queries, JSON and XML alike; `X-Amz-`, `OSS` and the like may stand before them. */
const SECRET_WORD = [
  'signature(?:provided)?',
  'string-?to-?sign',
  'credentials?',
  'access[-_]?key(?:[-_]?(?:id|secret))?',
  'key[-_]?pair[-_]?id',
  '(?:api|auth|private|secret)[-_]?key',
  'secret',
  'token',
  'passw(?:or)?d',
  'session(?:[-_]?id)?',
].join('|');
const SECRET_NAME = `(?:[\\w-]{0,40}?(?:${SECRET_WORD})|sig|auth|policy|pwd|jwt|hdn[a-z]{1,4})`;
/** A name begins behind anything that is no part of a name, and behind a percent escape: `%26Signature%3D…`. */
const NAME_START = '(?:(?<![\\w-])|(?<=%(?:25){0,3}[0-9a-f]{2}))';
const ENCODED_AMPERSAND = '%(?:25){0,3}26';

/** `name=value` and its encoded forms: what is left of a signed URL that lost its beginning, or had none. */
const ASSIGNED = new RegExp(
  `${NAME_START}(${SECRET_NAME})(["']?\\s*=\\s*["']?|%(?:25){0,3}3D)(?:(?!${ENCODED_AMPERSAND})[^&\\s"'<>])+`,
  'gi',
);
/** `"name":"value"` and `name: 'value'`, also with the quotes of a JSON text that stands in another one. */
const QUOTED = new RegExp(`${NAME_START}(${SECRET_NAME})(\\\\?["']?\\s*:\\s*)(\\\\?["'])[^"'\\\\]*`, 'gi');
/** `"name":123`, and `name: value` where the value looks like a secret and not like a sentence. */
const COLON = new RegExp(
  `${NAME_START}(${SECRET_NAME})(?:(["']\\s*:\\s*)[^\\s"',}]+|(\\s*:\\s*)(?=\\S{0,200}\\d)[\\w~+/=.-]{16,})`,
  'gi',
);
/** An error document of a store echoes the signature, and what was signed. */
const ELEMENT = new RegExp(`<(${SECRET_NAME})>[^<]*`, 'gi');

/** The URL without user, query and fragment: enough to recognise it, useless for access. `?…` marks a removed query. */
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

/** Removes signed queries, credentials, tokens and API keys from a text that comes from elsewhere. */
export function redactText(text: string): string {
  return redactUrlsIn(text)
    .replace(AUTHORIZATION, '$1 …')
    .replace(KEY_PAIR, '$1 …')
    .replace(API_KEY, 'sk-…')
    .replace(NOTION_TOKEN, '$1_…')
    .replace(JSON_WEB_TOKEN, '…')
    .replace(COOKIE_HEADER, '$1: …')
    .replace(ELEMENT, '<$1>…')
    .replace(QUOTED, '$1$2$3…')
    .replace(COLON, '$1$2$3…')
    .replace(ASSIGNED, '$1$2…');
}

/**
 * The same fields, at any depth, with the query of every link removed; other text is unchanged. A text that starts like a
 * link is treated as one link, whatever characters it contains.
 */
export function redactLinksOf(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactLinks(value)]));
}

function redactLinks(value: unknown): unknown {
  if (typeof value === 'string') return redactUrlsIn(WHOLE_LINK.test(value) ? redactUrl(value.trim()) : value);
  if (Array.isArray(value)) return value.map(redactLinks);
  return typeof value === 'object' && value !== null ? redactLinksOf(value) : value;
}

function redactUrlsIn(text: string): string {
  return text
    .replace(URL_IN_TEXT, (url) => redactUrl(url.replaceAll('\\/', '/')))
    .replace(ENCODED_URL, (url) => redactUrl(decoded(url)));
}

/** Through all its encodings; '' when it is none, which reads as an unreadable URL. */
function decoded(text: string): string {
  try {
    let plain = text;
    for (let times = 0; times < MOST_ENCODINGS && /%[0-9a-f]{2}/i.test(plain); times += 1) {
      plain = decodeURIComponent(plain);
    }
    return plain;
  } catch {
    return '';
  }
}
