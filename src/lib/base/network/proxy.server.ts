import { ReelError } from '#lib/base/errors.ts';
import { isLoopback } from './loopback.ts';
import { isExempt } from './no-proxy.server.ts';

/**
 * Through which proxies requests leave, as the environment variables of the same names say it: `http://host:port`, or
 * `https://` for a proxy that is itself reached over TLS, with `user:password@` where it wants one.
 */
export interface ProxySettings {
  /** For https addresses. */
  https?: string | undefined;
  /** For http addresses. */
  http?: string | undefined;
  /** For both, where the above say nothing. */
  all?: string | undefined;
  /** Hosts that are asked directly; see `isExempt`. */
  noProxy?: string | undefined;
}

/** A proxy that can be used. */
export interface ProxyServer {
  /** Reached over TLS. */
  secure: boolean;
  /** Without brackets around IPv6. */
  hostname: string;
  port: number;
  /** Without credentials: safe to show. */
  display: string;
  /** Secret. */
  credentials: { user: string; password: string } | undefined;
}

/** What a request is for, as far as the way to it goes. */
export interface ProxyTarget {
  secure: boolean;
  hostname: string;
  port: number;
}

/**
 * The proxy for a target; undefined: it is asked directly. This machine always is.
 * @throws ReelError `config` when the proxy that is set cannot be used
 */
export function proxyFor(target: ProxyTarget, settings: ProxySettings | undefined): ProxyServer | undefined {
  const kind = target.secure ? 'https' : 'http';
  const text = settings?.[kind] || settings?.all;
  if (!text || isLoopback(target.hostname)) return undefined;
  if (settings?.noProxy && isExempt(settings.noProxy, target.hostname, target.port)) return undefined;
  return parseProxy(text, settings?.[kind] ? `${kind.toUpperCase()}_PROXY` : 'ALL_PROXY');
}

/**
 * Refuses a proxy that could not be used, before there is an address to ask it for.
 * @throws ReelError `config`
 */
export function assertUsableProxies({ https, http }: ProxySettings = {}): void {
  if (https) parseProxy(https, 'HTTPS_PROXY');
  if (http) parseProxy(http, 'HTTP_PROXY');
}

/** Value of a `Proxy-Authorization` header. */
export function proxyAuthorization({ credentials }: ProxyServer): string | undefined {
  if (!credentials) return undefined;
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
}

function parseProxy(text: string, setting: string): ProxyServer {
  // Written without a scheme it means http, as everywhere.
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url && /^socks/.test(url.protocol)) {
    throw unusable(
      `${setting} names a SOCKS proxy, which is not supported. Name an http:// or https:// proxy instead.`,
    );
  }
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw unusable(
      `${setting} must be the address of a proxy, like http://proxy.example:3128 or http://user:password@proxy.example:3128.`,
    );
  }
  const secure = url.protocol === 'https:';
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 443 : 80),
    display: url.host,
    credentials: credentialsOf(url, setting),
  };
}

function credentialsOf({ username, password }: URL, setting: string): ProxyServer['credentials'] {
  if (username === '' && password === '') return undefined;
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw unusable(`In ${setting} the user name or the password holds a % that is no code: write %25 for it.`);
  }
}

function unusable(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}
