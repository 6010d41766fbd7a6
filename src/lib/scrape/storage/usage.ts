import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import { pictureBytesOf } from '#lib/scrape/record/views.ts';

const BYTES_PER_MB = 1e6;
const BYTES_PER_GB = 1e9;

/** Megabytes and gigabytes are decimal, as everywhere in Reelkeep. */
export interface UsageFigures {
  /** Films that are stored. */
  videos: number;
  /** Of the films. */
  bytes: number;
  megabytes: number;
  gigabytes: number;
  /** Of one film; 0 where there is none. */
  averageBytes: number;
  /** Of their posters and sprite sheets, which are not among `bytes`. */
  pictureBytes: number;
  /** Of films and pictures; null without a price (`REELKEEP_STORAGE_USD_PER_GB`). */
  monthlyCostUsd: number | null;
}

export interface ChannelUsage extends UsageFigures {
  channelId: string;
}

/** What was stored on one day (UTC) and is still there. */
export interface StorageGrowth {
  /** `2026-11-30`. */
  day: string;
  videos: number;
  /** Of films and pictures. */
  bytes: number;
  /** Of all days up to this one. */
  totalBytes: number;
}

/** What the store keeps of films that were removed or replaced; they cost as much as the others. */
export interface RetainedVersions {
  /** Null: the store does not say whether it keeps former versions. */
  areKept: boolean | null;
  versions: number;
  bytes: number;
}

export interface StorageUsage extends UsageFigures {
  /** The largest first. */
  byChannel: ChannelUsage[];
  /** Days on which something was stored, in order. */
  growth: StorageGrowth[];
  /** With `withVersions`; their bytes are then in the total cost. */
  retained?: RetainedVersions;
}

interface Film {
  channelId: string;
  day: string;
  bytes: number;
  pictureBytes: number;
}

/** @param records of every channel that counts */
export function usageOf(
  records: Iterable<ScrapedRecord>,
  { usdPerGb, retained }: { usdPerGb?: number | undefined; retained?: RetainedVersions | undefined } = {},
): StorageUsage {
  const films = [...records].flatMap(filmOf);
  const channels = [...Map.groupBy(films, ({ channelId }) => channelId)];
  return {
    ...figuresOf(films, usdPerGb, retained?.bytes),
    byChannel: channels
      .map(([channelId, own]) => ({ channelId, ...figuresOf(own, usdPerGb) }))
      .sort((one, other) => other.bytes - one.bytes || (one.channelId < other.channelId ? -1 : 1)),
    growth: growthOf(films),
    ...(retained && { retained }),
  };
}

function filmOf(record: ScrapedRecord): Film[] {
  const { stored, channelId } = record;
  if (!stored) return [];
  const day = stored.storedAt.slice(0, 'YYYY-MM-DD'.length);
  return [{ channelId, day, bytes: stored.sizeBytes, pictureBytes: pictureBytesOf(record) }];
}

function figuresOf(films: readonly Film[], usdPerGb: number | undefined, retainedBytes = 0): UsageFigures {
  const bytes = sum(films, (film) => film.bytes);
  const pictureBytes = sum(films, (film) => film.pictureBytes);
  const videos = films.length;
  const paidGb = (bytes + pictureBytes + retainedBytes) / BYTES_PER_GB;
  return {
    ...{ videos, bytes, megabytes: bytes / BYTES_PER_MB, gigabytes: bytes / BYTES_PER_GB },
    ...{ averageBytes: videos === 0 ? 0 : Math.round(bytes / videos), pictureBytes },
    monthlyCostUsd: usdPerGb === undefined ? null : paidGb * usdPerGb,
  };
}

function growthOf(films: readonly Film[]): StorageGrowth[] {
  const days = [...Map.groupBy(films, ({ day }) => day)].sort(([one], [other]) => (one < other ? -1 : 1));
  let totalBytes = 0;
  return days.map(([day, own]) => {
    const bytes = sum(own, (film) => film.bytes + film.pictureBytes);
    totalBytes += bytes;
    return { day, videos: own.length, bytes, totalBytes };
  });
}

function sum(films: readonly Film[], of: (film: Film) => number): number {
  return films.reduce((total, film) => total + of(film), 0);
}
