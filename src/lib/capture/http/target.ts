import { ReelError } from '#lib/base/errors.ts';
import { redactUrl } from '#lib/base/redact.ts';

/** A URL taken apart for the wire. */
export interface RequestTarget {
  secure: boolean;
  /** As `net.connect` wants it: no brackets around IPv6. */
  hostname: string;
  port: number;
  /** Value of the Host header. */
  host: string;
  /** Scheme, host and port: the boundary that credentials must not cross. */
  origin: string;
  /** Path and query, byte for byte as in the URL that was given; letters outside ASCII as percent-encoded UTF-8. */
  path: string;
  /** Value of an Authorization header that a redirect's own user name and password ask for. */
  authorization?: string;
  /** Without query, `?…` in its place: safe to show. */
  display: string;
  /** Without query: names the object, however often its link is signed anew. */
  source: string;
  href: string;
}

/**
 * Takes a URL apart without touching its path and query. `new URL` rewrites some characters there (`'` becomes `%27`,
 * `/a/../b` becomes `/b`), and a signature over the original bytes then no longer matches.
 * @param base for a relative redirect
 * @throws ReelError `invalid-input`: not a URL, not http(s), or with a user name and password inside
 */
export function parseTarget(url: string | URL, base?: string): RequestTarget {
  const text = typeof url === 'string' ? url.trim() : url.href;
  if (!URL.canParse(text, base)) throw invalid(`This is not a URL: ${redactUrl(text)}.`);
  const parsed = new URL(text, base);
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    throw invalid(`Only http and https URLs can be downloaded, not ${parsed.protocol} (${redactUrl(parsed)}).`);
  }
  if (parsed.username || parsed.password) {
    throw invalid(`The URL ${redactUrl(parsed)} contains a user name or password. Pass them in \`headers\` instead.`);
  }
  const secure = parsed.protocol === 'https:';
  return {
    secure,
    hostname: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port ? Number(parsed.port) : secure ? 443 : 80,
    host: parsed.host,
    origin: parsed.origin,
    path: verbatimPath(text) ?? parsed.pathname + parsed.search,
    display: redactUrl(parsed),
    source: parsed.origin + parsed.pathname,
    href: parsed.href,
  };
}

/**
 * Where a redirect leads, its own bytes kept.
 * @param location the header as it came, one character for each byte
 * @throws ReelError `invalid-input`: not http(s)
 */
export function resolveTarget(location: string, from: RequestTarget): RequestTarget {
  // Browsers, curl and the servers behind raw bytes agree that they are UTF-8 and may be sent encoded.
  const text = absoluteUrl(location.replace(/[^\x21-\x7e]/g, percentEncoded), from);
  const { username, password } = URL.canParse(text, from.href)
    ? new URL(text, from.href)
    : { username: '', password: '' };
  if (!username && !password) return parseTarget(text, from.href);
  const pair = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const target = parseTarget(text.replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1'), from.href);
  return { ...target, authorization: `Basic ${pair}` };
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/**
 * A relative reference made absolute (RFC 3986 §5.2) as text: `new URL` would rewrite its characters. What `new URL` reads
 * in a way of its own (a scheme, a backslash) is left to it.
 */
function absoluteUrl(reference: string, from: RequestTarget): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference) || reference.includes('\\')) return reference;
  if (reference.startsWith('//')) return `${from.secure ? 'https:' : 'http:'}${reference}`;
  if (reference.startsWith('/')) return from.origin + reference;
  const [path = '/'] = from.path.split('?', 1);
  if (reference.startsWith('?')) return from.origin + path + reference;
  if (reference === '' || reference.startsWith('#')) return from.origin + from.path;
  const [, ownPath = '', rest = ''] = /^([^?#]*)(.*)$/.exec(reference) ?? [];
  return from.origin + withoutDots(path.slice(0, path.lastIndexOf('/') + 1) + ownPath) + rest;
}

/** Takes `.` and `..` out of a path (RFC 3986 §5.2.4). */
function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const isDots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!isDots) kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}

/**
 * Path and query as written, or undefined when `new URL` reads the text differently than this simple rule (a relative
 * redirect, control characters that it drops, a backslash that counts as a slash).
 */
function verbatimPath(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about.
  if (/[\x00-\x1f\x7f\\]/.test(text)) return undefined;
  const match = /^(?:https?:\/\/[^/?#]+|(?=\/(?!\/)))([^#]*)/i.exec(text);
  if (!match) return undefined;
  const rest = (match[1] ?? '').toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function invalid(message: string): ReelError {
  return new ReelError('invalid-input', message, { stage: 'downloading' });
}
