import type { Client } from '@notionhq/client';
import type { Dispatcher } from 'undici';
import { abortError } from '#lib/base/clock.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { exchange } from '#lib/base/http/exchange.server.ts';
import { isLoopback } from '#lib/base/network/loopback.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import { notionError } from './notion-error.ts';

/** The newest one; the client's own default is older. */
const NOTION_VERSION = '2026-03-11';
/** The client's own limit does not end the request; this one only has to be later than ours. */
const CLIENT_LIMIT_FACTOR = 2;

export interface ConnectionSettings {
  token: string;
  baseUrl: string;
  allowPlainHttp: boolean;
  requestTimeoutMs: number;
  proxy: ProxySettings | undefined;
  dispatcher: Dispatcher | undefined;
  nowMs: () => number;
  /** Resolves when the next request may be sent. */
  pace: () => Promise<void>;
  /** Ends every request. */
  signal: AbortSignal;
}

export type PropertyBodies = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Notion's API by its official client, which is loaded with the first request. One request for each call, never repeated
 * here. Every failure is a ReelError: `auth`, `rate-limited` (with `retryAfterMs`), `busy` (409), `not-found`, `rejected`
 * (403), `invalid-input` (400), `provider-failed`, `timeout`, `network`, `config`, `aborted`.
 */
export class NotionConnection {
  readonly #settings: ConnectionSettings;
  #client: Promise<Client> | undefined;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  retrievePage(pageId: string): Promise<unknown> {
    return this.#call((client) => client.pages.retrieve({ page_id: segment(pageId) }));
  }

  retrieveDataSource(dataSourceId: string): Promise<unknown> {
    return this.#call((client) => client.dataSources.retrieve({ data_source_id: segment(dataSourceId) }));
  }

  retrieveDatabase(databaseId: string): Promise<unknown> {
    return this.#call((client) => client.databases.retrieve({ database_id: segment(databaseId) }));
  }

  /** By property id. */
  updatePage(pageId: string, properties: PropertyBodies): Promise<unknown> {
    return this.#call((client) =>
      client.request({ path: `pages/${segment(pageId)}`, method: 'patch', body: { properties } }),
    );
  }

  async #call(request: (client: Client) => Promise<unknown>): Promise<unknown> {
    await this.#settings.pace();
    try {
      this.#client ??= createClient(this.#settings);
      return await request(await this.#client);
    } catch (error) {
      throw notionError(error, this.#settings.nowMs());
    }
  }
}

async function createClient(settings: ConnectionSettings): Promise<Client> {
  const baseUrl = usableBaseUrl(settings);
  const { Client } = await import('@notionhq/client');
  return new Client({
    auth: settings.token,
    baseUrl,
    notionVersion: NOTION_VERSION,
    // Its own retries would send more than the pace allows, and cut short a long Retry-After.
    retry: false,
    timeoutMs: settings.requestTimeoutMs * CLIENT_LIMIT_FACTOR,
    // By default it writes to the console.
    logger: () => {},
    fetch: (url, init = {}) => send(url, init, settings),
  });
}

type Fetch = NonNullable<NonNullable<ConstructorParameters<typeof Client>[0]>['fetch']>;

/** With our own limits, proxies and connections; no redirect is followed, so that the token goes nowhere else. */
async function send(
  url: string,
  { method = 'GET', headers = {}, body }: NonNullable<Parameters<Fetch>[1]>,
  { requestTimeoutMs, proxy, dispatcher, signal }: ConnectionSettings,
): ReturnType<Fetch> {
  const answer = await exchange({
    method: method === 'PATCH' ? method : 'GET',
    url,
    headers,
    body: typeof body === 'string' ? body : undefined,
    timeoutMs: requestTimeoutMs,
    ...{ proxy, dispatcher, signal },
  });
  if (answer.kind === 'answer') {
    const { status, headers: received, body: json } = answer;
    const text = json === undefined ? '' : JSON.stringify(json);
    return { ok: status >= 200 && status < 300, status, headers: received, text: async () => text };
  }
  if (answer.reason === 'aborted') throw abortError(signal);
  if (isReelError(answer.cause)) throw answer.cause;
  const code = answer.reason === 'timeout' ? 'timeout' : 'network';
  throw new ReelError(code, `Notion cannot be reached: ${answer.message}.`, { cause: answer.cause });
}

/** @throws ReelError `config` */
function usableBaseUrl({ baseUrl, allowPlainHttp }: ConnectionSettings): string {
  const url = URL.parse(baseUrl.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw misconfigured('must be an http(s) URL without user, query and fragment, such as https://api.notion.com');
  }
  if (url.protocol === 'http:' && !allowPlainHttp && !isLoopback(url.hostname)) {
    throw misconfigured(`must use https: otherwise the token would be sent unencrypted to ${url.host}`);
  }
  return `${url.origin}${url.pathname.replace(/(\/v1)?\/*$/, '')}`;
}

function misconfigured(what: string): ReelError {
  return new ReelError('config', `NOTION_BASE_URL ${what}.`, { stage: 'configuring' });
}

/** An id must not change the path that it stands in. */
function segment(id: string): string {
  return encodeURIComponent(id);
}
