import { checkValue, rules } from '#lib/base/check-fields.ts';
import { abortError } from '#lib/base/clock.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { urlDeadline } from './deadline.ts';
import { LinkSecrets } from './link-secrets.ts';
import { parseTarget, type RequestTarget } from './request-target.ts';
import { Setback } from './setback.ts';
import type { RemoteAsset } from './settings.server.ts';

/** How long providers keep a result when neither the link nor the caller says. */
const DEFAULT_LIFE_MS = 24 * 60 * 60 * 1000;
/** For one answer of `refresh`; the caller's code may hang where a provider does not answer. */
const LONGEST_REFRESH_MS = 120_000;

/** The link in use, how long it may live, and whether a fresh one may be asked for. */
export class Link {
  target: RequestTarget;
  /** The URL's own expiry, else the caller's, else a day from now. */
  deadline: Date;
  /** Of this link and those before it. */
  readonly secrets = new LinkSecrets();
  readonly #asset: RemoteAsset;
  readonly #dead = new Set<string>();
  /** A fresh link that dies without having given a byte is the last one: the object is gone, not the link. */
  #mayRenew: boolean;

  constructor(asset: RemoteAsset, nowMs: number) {
    this.#asset = asset;
    this.#mayRenew = asset.refresh !== undefined;
    this.target = parseTarget(asset.url);
    this.secrets.addUrl(this.target.href);
    this.secrets.addHeaders(Object.entries(asset.headers ?? {}));
    this.deadline = urlDeadline(asset.url, nowMs) ?? asset.expiresAt ?? new Date(nowMs + DEFAULT_LIFE_MS);
  }

  noteBytes(): void {
    this.#mayRenew = this.#asset.refresh !== undefined;
  }

  /**
   * Replaces a dead link by a fresh one.
   * @param reason why the old one is dead, for the error
   * @throws ReelError `expired` when there is no (other) fresh link; a ReelError of `refresh` that no repeat can cure;
   * Setback `later` when the provider could not be asked just now; `aborted` by the signal
   */
  async renew(reason: string, nowMs: number, signal?: AbortSignal): Promise<void> {
    const refresh = this.#asset.refresh;
    if (!refresh || !this.#mayRenew) throw this.expired(reason);
    this.#mayRenew = false;
    this.#dead.add(this.target.href);
    const url = await answerOf(refresh, signal).catch((error: unknown) => {
      this.#mayRenew = true;
      if (isReelError(error) && (error.code === 'aborted' || !error.retryable)) throw error;
      const message = `${reason}, and the provider could not be asked for a fresh link: ${messageOf(error)}`;
      throw nowMs < this.deadline.getTime()
        ? new Setback('later', message, { cause: error })
        : this.expired(message, error);
    });
    checkValue(rules.url, 'the answer of refresh', url, 'downloading');
    const target = parseTarget(url);
    this.secrets.addUrl(target.href);
    if (this.#dead.has(target.href)) throw this.expired(`${reason}, and the provider gave the same link again`);
    this.target = target;
    this.deadline = urlDeadline(url, nowMs) ?? new Date(nowMs + DEFAULT_LIFE_MS);
  }

  expired(reason: string, cause?: unknown): ReelError {
    const advice = 'Ask the provider for a fresh link, or generate the video again if it no longer keeps the result.';
    return new ReelError('expired', `The link ${this.target.display} is dead: ${redactText(reason)}. ${advice}`, {
      stage: 'downloading',
      expiresAt: this.deadline,
      cause,
    });
  }
}

type Refresh = NonNullable<RemoteAsset['refresh']>;

/** The answer, unless it is waited for in vain. */
async function answerOf(refresh: Refresh, signal: AbortSignal | undefined): Promise<Awaited<ReturnType<Refresh>>> {
  let stopWaiting = () => {};
  const inVain = new Promise<never>((_, reject) => {
    const onAbort = () => reject(abortError(signal));
    const timer = setTimeout(() => reject(new Error('it did not answer within 2 min')), LONGEST_REFRESH_MS);
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
