import ipaddr from 'ipaddr.js';
import { isProxyHeader } from '#lib/web/http/proxy-headers.ts';

/** What is known of a request before anybody is asked for a password. */
export interface RequestFacts {
  method: string;
  headers: Headers;
  /** Address of the other end of the connection, never one that a header claims. */
  peerAddress: string | undefined;
  /** Host and port under which the server was called, as the adapter understands them. */
  host: string;
  /** `1.0` or `1.1`; undefined where the server does not tell. */
  httpVersion: string | undefined;
}

/**
 * Whether the request was made on this machine and reached the server directly: loopback peer, no header of a proxy
 * (behind one every visitor looks local), and called by a loopback name (a foreign name that resolves to 127.0.0.1 is
 * how a web page gets at local servers: DNS rebinding). HTTP/1.0 is spoken by no browser, but by nginx before 1.29.7
 * to the server behind it, and a plain `proxy_pass` adds no header that would give it away.
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

/** @param host as in the Host header: a name or address, and perhaps a port */
export function isLoopbackHost(host: string | null): boolean {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  const name = (bracketed ?? plain ?? '').toLowerCase();
  if (name === 'localhost') return true;
  // Only the usual spelling: "127.1" or "0x7f000001" is nobody's honest Host header.
  return ipaddr.IPv4.isValidFourPartDecimal(name) || bracketed !== undefined ? isLoopbackAddress(name) : false;
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const FORM_TYPE = /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i;

/**
 * Why a request that changes something is refused as coming from another site; undefined when it may pass. Whatever the
 * content type: a browser sends some of them across sites without asking first, and forms are not the only way.
 */
export function crossSiteReason(facts: RequestFacts): string | undefined {
  const { method, headers } = facts;
  if (READING.has(method)) return undefined;
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  // `same-site` is refused too: another port of this machine is the same site.
  if (site !== null && site !== 'same-origin' && site !== 'none') return 'The request came from another site.';
  if (origin !== null && !isOwnOrigin(origin, facts)) return 'The request came from a page of another origin.';
  if (site !== null || origin !== null || hasBearer(headers)) return undefined;
  return looksLikeBrowser(headers)
    ? 'The request does not say which page it came from. A program sends application/json and no cookie.'
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

/** Marks that a program without a page does not carry, for browsers too old to say where a request comes from. */
function looksLikeBrowser(headers: Headers): boolean {
  return headers.has('cookie') || headers.has('referer') || FORM_TYPE.test(headers.get('content-type') ?? '');
}
