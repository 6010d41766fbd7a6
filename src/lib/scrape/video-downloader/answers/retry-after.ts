/**
 * Reads how long a server asked to wait out of what yt-dlp prints of its traffic (`--print-traffic`): its messages do not say
 * it, and within TLS our proxy cannot see it.
 */
export class RetryAfterReader {
  /** Of the last 429 or 503; undefined when it did not say. */
  retryAfterMs: number | undefined;
  #asksToWait = false;

  /** @param line of standard output; those of other kinds are ignored */
  read(line: string, nowMs: number): void {
    const status = /^reply: ['"]HTTP\/\S+ (\d{3})/.exec(line)?.[1];
    if (status !== undefined) {
      this.#asksToWait = status === '429' || status === '503';
      if (this.#asksToWait) this.retryAfterMs = undefined;
    }
    const header = this.#asksToWait ? /^header: retry-after: (.*)$/i.exec(line)?.[1] : undefined;
    if (header !== undefined) this.retryAfterMs = retryAfterMsOf(header, nowMs);
  }
}

/** Seconds or a date. */
function retryAfterMsOf(header: string, nowMs: number): number | undefined {
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
