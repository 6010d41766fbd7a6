import { callSafely } from '#lib/base/call-safely.ts';
import { minutesRemaining } from '#lib/openai-videos/assets/job/deadline.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import type { AssetType, DownloadEvent, DownloadEventKind, DownloadJob } from '#lib/openai-videos/assets/job/types.ts';

type Listener = (event: DownloadEvent) => void;

/** Tells listeners what becomes of the downloads, in the words of a log. */
export class DownloadEvents {
  readonly #listeners = new Set<Listener>();
  readonly #jobOf: (record: DownloadRecord) => DownloadJob;

  constructor(jobOf: (record: DownloadRecord) => DownloadJob) {
    this.#jobOf = jobOf;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  queued(record: DownloadRecord): void {
    this.#tell('queued', 'info', record, `Queueing download for ${record.soraVideoId}`);
  }

  retriedByHand(record: DownloadRecord): void {
    this.#tell('queued', 'info', record, `Manual retry for ${record.soraVideoId}`);
  }

  downloading(record: DownloadRecord, type: AssetType): void {
    this.#tell('downloading', 'info', record, `Downloading ${type} for ${record.soraVideoId}`);
  }

  expiringSoon(record: DownloadRecord, nowMs: number): void {
    const minutes = minutesRemaining(new Date(record.expiresAt), nowMs);
    const message = `Download EXPIRING SOON for ${record.soraVideoId} (${minutes} minutes remaining)`;
    this.#tell('expiring-soon', 'warn', record, message);
  }

  /** How a try has ended. */
  tried(record: DownloadRecord): void {
    const { soraVideoId, status, error = '', retryCount, nextTryAt } = record;
    if (status === 'completed') this.#tell('completed', 'info', record, `Download completed for ${soraVideoId}`);
    else if (status === 'failed') this.#tell('failed', 'error', record, `Download failed for ${soraVideoId}: ${error}`);
    else if (status === 'expired')
      this.#tell('expired', 'warn', record, `Download EXPIRED for ${soraVideoId}: ${error}`);
    else {
      const next = nextTryAt === undefined ? '' : ` Next try at ${nextTryAt}.`;
      this.#tell('retrying', 'warn', record, `Try ${retryCount} failed for ${soraVideoId}: ${error}${next}`);
    }
  }

  /** Its window was over before anything was asked for. */
  expiredBefore(record: DownloadRecord): void {
    this.#tell('expired', 'warn', record, `Download window expired for ${record.soraVideoId}`);
  }

  notionQueued(record: DownloadRecord): void {
    this.#tell('notion-queued', 'info', record, `Updating Notion with asset URLs for ${record.notionPageId}`);
  }

  notionFailed(record: DownloadRecord, reason: string): void {
    this.#tell('notion-failed', 'error', record, `Failed to update Notion: ${reason}`);
  }

  #tell(kind: DownloadEventKind, level: DownloadEvent['level'], record: DownloadRecord, message: string): void {
    if (this.#listeners.size === 0) return;
    const event = { kind, level, message: `[Download Manager] ${message}`, job: this.#jobOf(record) };
    for (const listener of this.#listeners) callSafely(listener, event);
  }
}
