import { ReelError } from '#lib/base/errors.ts';
import { isLoopback } from './loopback.ts';
import { isExempt } from './no-proxy.server.ts';

/**
 * The proxies for outgoing requests, in the format of the environment variables: `http://host:port`, or `https://` for a
 * proxy that is itself reached over TLS, with `user:password@` if it requires credentials.
 */
export interface ProxySettings {
  /** For https addresses. */
  https?: string | undefined;
  /** For http addresses. */
  http?: string | undefined;
  /** For both, if the ones above are not set. */
  all?: string | undefined;
  /** Hosts that are reached directly; see `isExempt`. */
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

/** The target of a request, as far as it matters for the proxy. */
export interface ProxyTarget {
  secure: boolean;
  hostname: string;
  port: number;
}

/**
 * The proxy for a target; undefined: it is reached directly, as this machine always is.
 * @throws ReelError `config` if the configured proxy cannot be used
 */
export function proxyFor(target: ProxyTarget, settings: ProxySettings | undefined): ProxyServer | undefined {
  const kind = target.secure ? 'https' : 'http';
  const text = settings?.[kind] || settings?.all;
  if (!text || isLoopback(target.hostname)) return undefined;
  if (settings?.noProxy && isExempt(settings.noProxy, target.hostname, target.port)) return undefined;
  return parseProxy(text, settings?.[kind] ? `${kind.toUpperCase()}_PROXY` : 'ALL_PROXY');
}

/**
 * Rejects an unusable proxy setting before there is a target.
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
  // Without a scheme it means http, as in other programs.
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url && /^socks/.test(url.protocol)) {
    throw unusable(`${setting} is a SOCKS proxy, which is not supported. Use an http:// or https:// proxy instead.`);
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
    throw unusable(
      `In ${setting} the user name or the password contains a % that is not part of an escape: write %25 for it.`,
    );
  }
}

function unusable(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}
