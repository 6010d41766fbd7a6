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
  /** Path and query, byte for byte as in the URL that was given. */
  path: string;
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
    throw invalid(`Only http and https can be fetched, not ${parsed.protocol} (${redactUrl(parsed)}).`);
  }
  if (parsed.username || parsed.password) {
    throw invalid(`The URL ${redactUrl(parsed)} holds a user name or password. Pass them in \`headers\` instead.`);
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
 * Path and query as written, or undefined when they cannot go out as they are (a space, a letter outside ASCII,
 * a relative redirect that does not start at the root) or when `new URL` reads the text differently than this simple rule (a backslash counts as a slash).
 */
function verbatimPath(text: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(text) || text.includes('\\')) return undefined;
  const match = /^(?:https?:\/\/[^/?#]+|(?=\/(?!\/)))([^#]*)/i.exec(text);
  if (!match) return undefined;
  const rest = match[1] ?? '';
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function invalid(message: string): ReelError {
  return new ReelError('invalid-input', message, { stage: 'downloading' });
}
