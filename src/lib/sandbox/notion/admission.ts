import { invalid, NotionRefusal, USUAL } from './refusal.ts';

const VERSIONS = ['2025-09-03', '2026-03-11'];
const WINDOW_MS = 60_000;

export interface AdmissionSettings {
  /** Only this token is accepted; undefined: any that starts with `ntn_` or `secret_`. */
  token: string | undefined;
  /** Each token's budget for a window of 60 seconds, which may be spent at once. */
  requestsPerMinute: number;
}

/** Who may ask, and how often. */
export class Admission {
  readonly #settings: AdmissionSettings;
  readonly #recentMs = new Map<string, number[]>();

  constructor(settings: AdmissionSettings) {
    this.#settings = settings;
  }

  reset(): void {
    this.#recentMs.clear();
  }

  /** @throws NotionRefusal */
  admit(authorization: string | undefined, version: string | undefined, nowMs: number): void {
    const [, token] = /^Bearer (\S+)$/.exec(authorization ?? '') ?? [];
    const expected = this.#settings.token;
    const isKnown = expected === undefined ? /^(ntn|secret)_(?!invalid)/.test(token ?? '') : token === expected;
    if (token === undefined || !isKnown) throw new NotionRefusal(401, 'unauthorized', 'API token is invalid.');
    if (version === undefined) {
      throw new NotionRefusal(400, 'missing_version', 'Notion-Version header failed validation: it should be defined.');
    }
    if (!VERSIONS.includes(version)) {
      throw invalid(`Notion-Version header failed validation: the sandbox knows ${VERSIONS.join(' and ')}.`);
    }
    this.#count(token, nowMs);
  }

  #count(token: string, nowMs: number): void {
    const recent = (this.#recentMs.get(token) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS);
    this.#recentMs.set(token, recent);
    const [oldestMs = nowMs] = recent;
    if (recent.length >= this.#settings.requestsPerMinute) {
      throw rateLimited(Math.ceil((oldestMs + WINDOW_MS - nowMs) / 1000), 'public_api_request_rate_limit');
    }
    recent.push(nowMs);
  }
}

export function rateLimited(retryAfterSeconds: number | undefined, reason: string): NotionRefusal {
  const { code = 'rate_limited', message = '' } = USUAL[429] ?? {};
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return new NotionRefusal(429, code, message, { headers, additionalData: { rate_limit_reason: reason } });
}
