import type { AssetType, DownloadBytes } from '#lib/openai-videos/assets/job/types.ts';

interface Bytes {
  received: number;
  total: number | undefined;
}

/** The bytes of the downloads that are under way in this process. */
export class ProgressBook {
  readonly #jobs = new Map<string, Map<AssetType, Bytes>>();

  note(key: string, type: AssetType, received: number, total: number | undefined): void {
    const files = this.#jobs.get(key) ?? new Map<AssetType, Bytes>();
    this.#jobs.set(key, files.set(type, { received, total }));
  }

  forget(key: string): void {
    this.#jobs.delete(key);
  }

  /** Of all files together; undefined while none has begun. */
  of(key: string): DownloadBytes | undefined {
    const files = [...(this.#jobs.get(key)?.values() ?? [])];
    if (files.length === 0) return undefined;
    const bytesReceived = files.reduce((sum, { received }) => sum + received, 0);
    const totals = files.flatMap(({ total }) => (total === undefined ? [] : [total]));
    if (totals.length < files.length) return { bytesReceived };
    return { bytesReceived, bytesTotal: totals.reduce((sum, total) => sum + total, 0) };
  }
}
