import type { AssetType } from '#lib/openai-videos/assets/job/types.ts';

/** A service that refuses a picture of so many videos, and has never sent one, has none. */
const REFUSALS_ENOUGH = 3;

/** What this process has learnt about one service, so that it need not be asked again for every video. */
export class ServiceMemory {
  readonly #withoutPicture = new Set<AssetType>();
  readonly #delivered = new Set<AssetType>();
  readonly #refused = new Map<AssetType, Set<string>>();
  /** When the key was last accepted, and when each job was first refused since; in ms. */
  #acceptedMs = Number.NEGATIVE_INFINITY;
  readonly #refusedSinceMs = new Map<string, number>();

  /** The service sent the film in place of this picture: it does not offer any. */
  notePictureIsFilm(type: AssetType): void {
    this.#withoutPicture.add(type);
  }

  noteDelivered(type: AssetType): void {
    this.#delivered.add(type);
  }

  noteRefused(type: AssetType, videoId: string): void {
    const videos = this.#refused.get(type) ?? new Set();
    this.#refused.set(type, videos.add(videoId));
  }

  isOffered(type: AssetType): boolean {
    if (this.#withoutPicture.has(type)) return false;
    return this.#delivered.has(type) || (this.#refused.get(type)?.size ?? 0) < REFUSALS_ENOUGH;
  }

  noteKeyAccepted(key: string, nowMs: number): void {
    this.#acceptedMs = nowMs;
    this.#refusedSinceMs.delete(key);
  }

  noteKeyRefused(key: string, nowMs: number): void {
    if (!this.#refusedSinceMs.has(key)) this.#refusedSinceMs.set(key, nowMs);
  }

  /** Whether no call with this key has been accepted since the job was first refused. */
  isKeyNeverAccepted(key: string): boolean {
    const sinceMs = this.#refusedSinceMs.get(key);
    return sinceMs !== undefined && this.#acceptedMs < sinceMs;
  }

  forget(key: string): void {
    this.#refusedSinceMs.delete(key);
  }
}
