import { isReelError, ReelError } from '#lib/base/errors.ts';
import { type ProxyServer, proxyAuthorization } from '#lib/base/network/proxy.server.ts';

/** Shorter values (`1`, `mp4`) protect nothing, and cutting them out would make every message unreadable. */
const SHORTEST_SECRET = 8;

/**
 * The query values and header values of a capture's own links. A server may repeat them in any words and under any name,
 * so they are removed literally, in addition to the patterns of `redactText`.
 */
export class LinkSecrets {
  readonly #values = new Set<string>();
  readonly #ofHops = new Set<string>();

  addHeaders(headers: ReadonlyArray<readonly [name: string, value: string]>): void {
    for (const [, value] of headers) addWords(this.#values, value);
  }

  addProxy(proxy: ProxyServer): void {
    const authorization = proxyAuthorization(proxy);
    if (authorization !== undefined) this.addHeaders([['Proxy-Authorization', authorization]]);
    if (proxy.credentials) add(this.#values, proxy.credentials.password);
  }

  /** @param href a URL that can be read */
  addUrl(href: string): void {
    addQuery(this.#values, href);
  }

  /** @param href where a redirect leads */
  addHop(href: string, authorization?: string): void {
    addQuery(this.#ofHops, href);
    if (authorization !== undefined) addWords(this.#ofHops, authorization);
  }

  /** For the next request: a server that redirects to ever new queries must not fill the memory. */
  forgetHops(): void {
    this.#ofHops.clear();
  }

  clean(text: string): string {
    let cleaned = text;
    // The longest first: one value may be the beginning of another.
    for (const value of [...this.#values, ...this.#ofHops].toSorted((a, b) => b.length - a.length)) {
      cleaned = cleaned.replaceAll(value, '…');
    }
    return cleaned;
  }

  /** The same error without the secrets, down its chain of causes; one that holds none is returned as it is. */
  cleanError(error: unknown): unknown {
    if (!(error instanceof Error) || !this.#isIn(error)) return error;
    const cause = this.cleanError(error.cause);
    const cleaned = isReelError(error)
      ? new ReelError(error.code, this.clean(error.message), { ...error, cause })
      : Object.assign(new Error(this.clean(error.message), { cause }), { name: error.name });
    cleaned.stack = this.clean(error.stack ?? '');
    return cleaned;
  }

  #isIn(error: unknown): boolean {
    if (!(error instanceof Error)) return false;
    const text = `${error.message}\n${error.stack}`;
    return this.clean(text) !== text || this.#isIn(error.cause);
  }
}

function add(values: Set<string>, value: string): void {
  if (value.length >= SHORTEST_SECRET) values.add(value);
}

/** A header's value; the part behind `Bearer` or `Key` alone is the secret as well. */
function addWords(values: Set<string>, value: string): void {
  for (const word of [value, ...value.split(/[\s:;,]+/)]) add(values, word);
}

function addQuery(values: Set<string>, href: string): void {
  for (const pair of new URL(href).search.slice(1).split('&')) {
    const written = pair.slice(pair.indexOf('=') + 1);
    const plain = decoded(written);
    // A server repeats it as it was sent, decoded, or encoded (once more).
    for (const form of [written, plain, encodeURIComponent(plain), encodeURIComponent(written)]) add(values, form);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
}
