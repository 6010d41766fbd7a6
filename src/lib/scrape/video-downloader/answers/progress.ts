import { z } from 'zod';
import type { VideoProgress } from '#lib/scrape/video-downloader/types.ts';

const lineSchema = z.object({
  status: z.string(),
  filename: z.string().optional().catch(undefined),
  downloaded_bytes: z.number().nonnegative().optional().catch(undefined),
  total_bytes: z.number().nonnegative().optional().catch(undefined),
  total_bytes_estimate: z.number().nonnegative().optional().catch(undefined),
  speed: z.number().nonnegative().optional().catch(undefined),
  eta: z.number().nonnegative().optional().catch(undefined),
});

interface FileProgress {
  received: number;
  total: number | undefined;
  isExact: boolean;
}

/** Adds up the lines of progress that yt-dlp writes, over all the files of one video. */
export class ProgressSum {
  readonly #sizes: ReadonlyArray<number | undefined>;
  readonly #files = new Map<string, FileProgress>();
  readonly #finished = new Set<string>();

  /** @param sizes of each file, as announced */
  constructor(sizes: ReadonlyArray<number | undefined>) {
    this.#sizes = sizes;
  }

  /** Undefined for a line that says nothing. */
  add(json: string): VideoProgress | undefined {
    const line = lineSchema.safeParse(parsed(json)).data;
    if (!line) return undefined;
    const { filename = '', downloaded_bytes, total_bytes, total_bytes_estimate } = line;
    const before = this.#files.get(filename);
    this.#files.set(filename, {
      received: downloaded_bytes ?? before?.received ?? 0,
      total: total_bytes ?? total_bytes_estimate ?? before?.total,
      isExact: total_bytes !== undefined || (before?.isExact ?? false),
    });
    if (line.status === 'finished') this.#finished.add(filename);
    return {
      // Putting picture and sound together comes next; a file by itself may be rewritten, too.
      stage: this.#finished.size >= this.#sizes.length ? 'processing' : 'downloading',
      bytesReceived: this.bytesReceived,
      bytesTotal: this.#total(),
      bytesPerSecond: line.speed,
      etaSeconds: line.eta,
    };
  }

  get bytesReceived(): number {
    return [...this.#files.values()].reduce((sum, { received }) => sum + received, 0);
  }

  /** What certainly comes: received, or announced by the server for a file under way. */
  get bytesCertain(): number {
    return [...this.#files.values()].reduce(
      (sum, { received, total, isExact }) => sum + Math.max(received, isExact ? (total ?? 0) : 0),
      0,
    );
  }

  /** Undefined while the size of any file is not known. */
  #total(): number | undefined {
    const begun = [...this.#files.values()].map(({ received, total }, index) => {
      const known = total ?? this.#sizes[index];
      return known === undefined ? undefined : Math.max(known, received);
    });
    const all = [...begun, ...this.#sizes.slice(begun.length)];
    return all.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
