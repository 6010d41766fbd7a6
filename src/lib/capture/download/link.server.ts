import { abortError } from '#lib/base/clock.ts';
import { type ErrorCode, isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { wrongInput } from '#lib/base/input/wrong-input.ts';
import { redactText } from '#lib/base/redact.ts';
import type { ResponseHead } from '#lib/capture/http/head.ts';
import { LinkSecrets } from '#lib/capture/http/secrets.ts';
import { parseTarget, type RequestTarget } from '#lib/capture/http/target.ts';
import { checkHeaders } from '#lib/capture/options/headers.ts';
import type { FreshLink, RemoteAsset } from '#lib/capture/types.ts';
import { Setback } from './setback.ts';
import { clockSkewMs, urlDeadline } from './url-deadline.ts';

/** How long providers keep a result when a fresh link does not say. */
const DEFAULT_LIFE_MS = 24 * 60 * 60 * 1000;
/** For one answer of `refresh`; the caller's code may hang where a provider does not answer. */
const LONGEST_REFRESH_MS = 120_000;

/** The link in use, how long it may live, and whether a fresh one may be asked for. */
export class Link {
  target: RequestTarget;
  /** The URL's own expiry, else the caller's; undefined when neither says. */
  deadline: Date | undefined;
  /** The caller's headers for the origin of this link. */
  credentials: Array<[string, string]>;
  /** Of this link and those before it. */
  readonly secrets = new LinkSecrets();
  /** As of `RemoteAsset`. */
  readonly isStable: boolean;
  readonly #asset: RemoteAsset;
  readonly #dead = new Set<string>();
  /** A fresh link that dies without having given a byte is the last one: the object is gone, not the link. */
  #mayRenew: boolean;
  /** How much the server's clock is ahead of ours, as far as its answers say. */
  #skewMs = 0;

  constructor(asset: RemoteAsset, nowMs: number) {
    this.#asset = asset;
    this.isStable = asset.isStable ?? false;
    this.#mayRenew = asset.refresh !== undefined;
    this.target = parseTarget(asset.url);
    this.secrets.addUrl(this.target.href);
    this.credentials = checkHeaders(asset.headers);
    this.secrets.addHeaders(this.credentials);
    this.deadline = urlDeadline(asset.url, nowMs) ?? asset.expiresAt;
  }

  noteBytes(): void {
    this.#mayRenew = this.#asset.refresh !== undefined;
  }

  /** A response shows the server's time. */
  noteAnswer({ headers }: ResponseHead, nowMs: number): void {
    this.#skewMs = clockSkewMs(headers, nowMs) ?? this.#skewMs;
  }

  /** Our time, by the server's clock. */
  serverTimeMs(nowMs: number): number {
    return nowMs + this.#skewMs;
  }

  /** By the server's clock where it is known; negative when the deadline has passed, Infinity where there is none. */
  leftMs(nowMs: number): number {
    return this.deadline === undefined ? Number.POSITIVE_INFINITY : this.deadline.getTime() - this.serverTimeMs(nowMs);
  }

  /**
   * Replaces a dead link by a fresh one.
   * @param reason why the old one is dead, for the error
   * @throws ReelError `expired` when there is no (other) fresh link; a ReelError of `refresh` that is not retryable;
   * Setback `later` when the provider could not be asked just now; `aborted` by the signal
   */
  async renew(reason: string, nowMs: number, signal?: AbortSignal): Promise<void> {
    const refresh = this.#asset.refresh;
    if (!refresh || !this.#mayRenew) throw this.expired(reason);
    const isFresh = await this.#takeFresh(refresh, nowMs, signal).catch((error: unknown) => {
      if (isReelError(error) && !error.retryable) throw error;
      const message = `${reason}, and the request for a fresh link failed: ${messageOf(error)}`;
      throw new Setback('later', message, { cause: error });
    });
    if (!isFresh) throw this.expired(`${reason}, and the provider returned the same link again`);
  }

  /**
   * Asks for a fresh link in place of one that seems to have expired. Without a fresh one the old one stays in use: only
   * the server or the provider can say that it is dead.
   * @returns whether there is a fresh one
   * @throws ReelError `expired` or `not-found` when the provider no longer has the result; `aborted` by the signal
   */
  async renewEarly(nowMs: number, signal?: AbortSignal): Promise<boolean> {
    const refresh = this.#asset.refresh;
    if (!refresh || !this.#mayRenew) return false;
    try {
      return await this.#takeFresh(refresh, nowMs, signal);
    } catch (error) {
      if (isReelError(error) && ENDS.has(error.code)) throw error;
      return false;
    }
  }

  /** Returns false when the answer is a link that was in use already. */
  async #takeFresh(refresh: Refresh, nowMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    const fresh = freshLinkOf(await answerOf(refresh, signal));
    const target = parseTarget(fresh.url);
    const credentials = this.#credentialsFor(target, fresh);
    this.secrets.addUrl(target.href);
    this.secrets.addHeaders(credentials);
    const name = nameOf(target, credentials);
    const nameBefore = nameOf(this.target, this.credentials);
    if (name === nameBefore || this.#dead.has(name)) return false;
    this.#mayRenew = false;
    this.#dead.add(nameBefore);
    this.deadline = this.#deadlineOf(fresh, nowMs);
    this.target = target;
    this.credentials = credentials;
    return true;
  }

  /** Its own, else the one that the provider gave with it; else as long as the links of most providers last. */
  #deadlineOf({ url, expiresAt }: FreshLink, nowMs: number): Date | undefined {
    const timeMs = this.serverTimeMs(nowMs);
    const usual = this.deadline === undefined ? undefined : new Date(timeMs + DEFAULT_LIFE_MS);
    return urlDeadline(url, timeMs) ?? expiresAt ?? usual;
  }

  /** Those of the old link were not meant for another origin. */
  #credentialsFor(target: RequestTarget, { headers }: FreshLink): Array<[string, string]> {
    if (headers !== undefined) return checkHeaders(headers);
    return target.origin === this.target.origin ? this.credentials : [];
  }

  expired(reason: string, cause?: unknown): ReelError {
    const advice = 'Ask the provider for a fresh link, or generate the video again if the result is gone.';
    return new ReelError(
      'expired',
      `The link ${this.target.display} no longer works: ${redactText(reason)}. ${advice}`,
      {
        stage: 'downloading',
        expiresAt: this.deadline,
        cause,
      },
    );
  }

  /** No more data is coming, but neither server nor provider has reported the link as dead. */
  givenUp(reason: string, code: ErrorCode, cause?: unknown): ReelError {
    const message = `${this.target.display}: ${redactText(reason)}. Run it again to resume where it stopped.`;
    return new ReelError(code, message, { stage: 'downloading', retryable: true, expiresAt: this.deadline, cause });
  }
}

/** Errors of `refresh` after which there is nothing left to try. */
const ENDS: ReadonlySet<ErrorCode> = new Set(['expired', 'not-found', 'aborted']);

/** The same URL with another header (a fresh token) is another link. */
function nameOf({ href }: RequestTarget, credentials: Array<[string, string]>): string {
  return JSON.stringify([href, credentials]);
}

function freshLinkOf(answer: string | URL | FreshLink): FreshLink {
  const fresh = typeof answer === 'string' || answer instanceof URL ? { url: answer } : answer;
  // Code of the caller: no type holds what it answers in plain JavaScript.
  const url: unknown = fresh?.url;
  if (typeof url === 'string' || url instanceof URL) return fresh;
  throw wrongInput('the answer of refresh', 'must be a URL, as text or URL object', answer, 'downloading');
}

type Refresh = NonNullable<RemoteAsset['refresh']>;

/** The answer of `refresh`; rejects on a timeout or an abort. */
async function answerOf(refresh: Refresh, signal: AbortSignal | undefined): Promise<Awaited<ReturnType<Refresh>>> {
  let stopWaiting = () => {};
  const inVain = new Promise<never>((_, reject) => {
    const onAbort = () => reject(abortError(signal));
    const timer = setTimeout(() => reject(new Error('no response within 2 min')), LONGEST_REFRESH_MS);
    stopWaiting = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    // Wrapped: a refresh of plain JavaScript may throw at once, or answer without a promise.
    return await Promise.race([(async () => refresh())(), inVain]);
  } finally {
    stopWaiting();
  }
}
