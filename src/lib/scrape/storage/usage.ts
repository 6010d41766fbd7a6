import { filmTotalsOf, STORED } from '#lib/scrape/record/film-lists.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';

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

interface Stored {
  videos: number;
  bytes: number;
  pictureBytes: number;
}

/** The sums of some records, as a store keeps those of all. */
export function totalsIn(records: Iterable<ScrapedRecord>): Map<string, number> {
  const totals = new Map<string, number>();
  for (const record of records) {
    for (const [name, amount] of Object.entries(filmTotalsOf(record))) {
      totals.set(name, (totals.get(name) ?? 0) + amount);
    }
  }
  return totals;
}

/** @param totals of every channel that counts; see `filmTotalsOf` */
export function usageOf(
  totals: ReadonlyMap<string, number>,
  { usdPerGb, retained }: { usdPerGb?: number | undefined; retained?: RetainedVersions | undefined } = {},
): StorageUsage {
  const channels = storedBy(totals, 'in');
  return {
    ...figuresOf(sumOf([...channels.values()]), usdPerGb, retained?.bytes),
    byChannel: [...channels]
      .map(([channelId, own]) => ({ channelId, ...figuresOf(own, usdPerGb) }))
      .sort((one, other) => other.bytes - one.bytes || (one.channelId < other.channelId ? -1 : 1)),
    growth: growthOf(storedBy(totals, 'on')),
    ...(retained && { retained }),
  };
}

/** What is stored, by channel or by day. */
function storedBy(totals: ReadonlyMap<string, number>, by: 'in' | 'on'): Map<string, Stored> {
  const found = new Map<string, Stored>();
  for (const [name, amount] of totals) {
    const [prefix, kind, id = '', figure] = name.split(':');
    if (`${prefix}:` !== STORED || kind !== by) continue;
    const stored = found.get(id) ?? { videos: 0, bytes: 0, pictureBytes: 0 };
    if (figure === 'videos' || figure === 'bytes' || figure === 'pictureBytes') stored[figure] += amount;
    found.set(id, stored);
  }
  return found;
}

function sumOf(all: readonly Stored[]): Stored {
  const sum = { videos: 0, bytes: 0, pictureBytes: 0 };
  for (const { videos, bytes, pictureBytes } of all) {
    sum.videos += videos;
    sum.bytes += bytes;
    sum.pictureBytes += pictureBytes;
  }
  return sum;
}

function figuresOf(
  { videos, bytes, pictureBytes }: Stored,
  usdPerGb: number | undefined,
  retainedBytes = 0,
): UsageFigures {
  const paidGb = (bytes + pictureBytes + retainedBytes) / BYTES_PER_GB;
  return {
    ...{ videos, bytes, megabytes: bytes / BYTES_PER_MB, gigabytes: bytes / BYTES_PER_GB },
    ...{ averageBytes: videos === 0 ? 0 : Math.round(bytes / videos), pictureBytes },
    monthlyCostUsd: usdPerGb === undefined ? null : paidGb * usdPerGb,
  };
}

function growthOf(byDay: ReadonlyMap<string, Stored>): StorageGrowth[] {
  const days = [...byDay].sort(([one], [other]) => (one < other ? -1 : 1));
  let totalBytes = 0;
  return days.map(([day, { videos, bytes }]) => {
    totalBytes += bytes;
    return { day, videos, bytes, totalBytes };
  });
}
