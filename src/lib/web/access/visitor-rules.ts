import ipaddr from 'ipaddr.js';
import { isProxyHeader } from '#lib/web/http/proxy-headers.ts';

/** What is known of a request before authentication. */
export interface RequestFacts {
  method: string;
  headers: Headers;
  /** Address of the peer of the connection, never one from a header. */
  peerAddress: string | undefined;
  /** Host and port that the server was called by, as determined by the adapter. */
  host: string;
  /** `1.0` or `1.1`; undefined if the server does not say. */
  httpVersion: string | undefined;
}

/**
 * Whether the request was made on this machine and reached the server directly: loopback peer, no proxy header (behind a
 * proxy every visitor looks local), and called by a loopback name (web pages reach local servers through a foreign name
 * that resolves to 127.0.0.1: DNS rebinding). No browser uses HTTP/1.0, but nginx before 1.29.7 uses it towards the server
 * behind it, and a plain `proxy_pass` adds no header that would reveal the proxy.
 */
export function isFromThisMachine({ headers, peerAddress, httpVersion }: RequestFacts): boolean {
  const isDirect = httpVersion !== '1.0' && !hasForwardingHeader(headers);
  return isDirect && isLoopbackAddress(peerAddress) && isLoopbackHost(headers.get('host'));
}

export function hasForwardingHeader(headers: Headers): boolean {
  return [...headers.keys()].some(isProxyHeader);
}

export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === 'loopback';
}

/** @param host as in the Host header: a name or address, with an optional port */
export function isLoopbackHost(host: string | null): boolean {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  const name = (bracketed ?? plain ?? '').toLowerCase();
  if (name === 'localhost') return true;
  // Only the usual notation: no honest client sends "127.1" or "0x7f000001" as its Host header.
  return ipaddr.IPv4.isValidFourPartDecimal(name) || bracketed !== undefined ? isLoopbackAddress(name) : false;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const FORM_TYPE = /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i;

/**
 * Why a request that changes something is rejected as cross-site; undefined if it may pass. Checked for every content
 * type: browsers send some of them across sites without a preflight, and not only from forms.
 */
export function crossSiteReason(facts: RequestFacts): string | undefined {
  const { method, headers } = facts;
  if (SAFE_METHODS.has(method)) return undefined;
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  // `same-site` is rejected too: another port of this machine is the same site.
  if (site !== null && site !== 'same-origin' && site !== 'none') return 'The request came from another site.';
  if (origin !== null && !isOwnOrigin(origin, facts)) return 'The request came from a page of another origin.';
  if (site !== null || origin !== null || hasBearer(headers)) return undefined;
  return looksLikeBrowser(headers)
    ? 'The request does not say which page it came from. From a program, send application/json and no cookie.'
    : undefined;
}

export function bearerOf(headers: Headers): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
}

const hasBearer = (headers: Headers) => bearerOf(headers) !== undefined;

function isOwnOrigin(origin: string, { headers, host }: RequestFacts): boolean {
  // 'null' (sandboxed frame, file, privacy redirect) has no host and is never our own page.
  const [, own] = /^https?:\/\/([^/]+)$/i.exec(origin) ?? [];
  if (own === undefined) return false;
  return own.toLowerCase() === host.toLowerCase() || own.toLowerCase() === headers.get('host')?.toLowerCase();
}

/** Headers that programs do not send, to recognise browsers too old to say where a request comes from. */
function looksLikeBrowser(headers: Headers): boolean {
  return headers.has('cookie') || headers.has('referer') || FORM_TYPE.test(headers.get('content-type') ?? '');
}
