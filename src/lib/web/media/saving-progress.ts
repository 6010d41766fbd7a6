import type { SaveAllProgress } from '#lib/media/index.ts';
import type { SaveAllView } from './media-view.ts';

interface Upload {
  bytesSent: number;
  bytesTotal: number;
}

/** How far the saving of a project is, from what the library reports of each item. */
export class SavingProgress {
  #done = 0;
  #total = 0;
  /** Of the items that are being downloaded. */
  readonly #speeds = new Map<string, number>();
  /** Of the items that go to object storage. */
  readonly #uploads = new Map<string, Upload>();

  take(progress: SaveAllProgress): void {
    const { item, state, done, total, bytesPerSecond = 0, bytesSent = 0, bytesTotal = item.fileSize } = progress;
    this.#done = done;
    this.#total = total;
    this.#speeds.delete(item.id);
    this.#uploads.delete(item.id);
    if (state === 'downloading') this.#speeds.set(item.id, bytesPerSecond);
    // No further progress is reported of a file that has arrived.
    if (state === 'uploading' && bytesSent < bytesTotal) this.#uploads.set(item.id, { bytesSent, bytesTotal });
  }

  counts(): Pick<SaveAllView, 'done' | 'total'> {
    return { done: this.#done, total: this.#total };
  }

  view(): Omit<SaveAllView, 'state'> {
    const bytesPerSecond = [...this.#speeds.values()].reduce((sum, speed) => sum + speed, 0);
    return { ...this.counts(), bytesPerSecond, ...uploadView([...this.#uploads.values()]) };
  }
}

function uploadView(uploads: readonly Upload[]): Pick<SaveAllView, 'uploading'> {
  if (uploads.length === 0) return {};
  const sum = (of: keyof Upload) => uploads.reduce((all, upload) => all + upload[of], 0);
  return { uploading: { items: uploads.length, bytesSent: sum('bytesSent'), bytesTotal: sum('bytesTotal') } };
}
