import { wrongInput } from '#lib/base/input/wrong-input.ts';
import { type DownloadStorage, type Kept, nameOf } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import { type Place, versionStem } from '#lib/openai-videos/assets/job/names.ts';
import { type DownloadRecord, downloadKey } from '#lib/openai-videos/assets/job/record.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';

const DAY_MS = 24 * 3_600_000;

/** The newest version of a video always stays. Of the others, one goes that either rule names. */
export interface CleanUpRule {
  /** How many versions of each video stay, the newest included. */
  keep?: number | undefined;
  /** Since their download. */
  olderThanDays?: number | undefined;
  /** Removes nothing, and returns what would go. */
  dryRun?: boolean | undefined;
}

export interface RemovedVersion {
  soraVideoId: string;
  batchId: string;
  version: number;
  /** Names in the asset store. */
  files: string[];
  bytes: number;
}

/** @throws ReelError `invalid-input` for a rule that names nothing */
export function checkRule({ keep, olderThanDays }: CleanUpRule): void {
  if (keep === undefined && olderThanDays === undefined) {
    throw wrongInput('rule', 'must have keep or olderThanDays', undefined);
  }
  if (keep !== undefined && !(Number.isInteger(keep) && keep > 0)) {
    throw wrongInput('keep', 'must be a whole number above 0', keep);
  }
  if (olderThanDays !== undefined && !(olderThanDays >= 0)) {
    throw wrongInput('olderThanDays', 'must be a number of 0 or more', olderThanDays);
  }
}

/** The records whose versions go by this rule. */
export function oldVersions(records: readonly DownloadRecord[], rule: CleanUpRule, nowMs: number): DownloadRecord[] {
  const { keep = Number.POSITIVE_INFINITY, olderThanDays = Number.POSITIVE_INFINITY } = rule;
  const videos = Map.groupBy(
    records.filter(({ status, place }) => status === 'completed' && place),
    ({ place }) => `${place?.folder}/${place?.stem}`,
  );
  return [...videos.values()].flatMap((versions) => {
    const newestFirst = versions.toSorted((a, b) => (b.place?.version ?? 0) - (a.place?.version ?? 0));
    return newestFirst.filter(({ endedAt, queuedAt }, index) => {
      const ageMs = nowMs - Date.parse(endedAt ?? queuedAt);
      return index > 0 && (index >= keep || ageMs > olderThanDays * DAY_MS);
    });
  });
}

/**
 * Removes the files of old versions, and then what is on record of them.
 * @throws ReelError `invalid-input`, `disk*`
 */
export async function cleanUp(
  store: RecordStore<DownloadRecord>,
  storage: DownloadStorage,
  old: readonly DownloadRecord[],
  { dryRun = false }: CleanUpRule,
): Promise<RemovedVersion[]> {
  const removed: RemovedVersion[] = [];
  for (const record of old) {
    // Its pictures may be under way.
    if (record.lease || !record.place) continue;
    const version = describe(record, record.place);
    if (!dryRun) {
      for (const file of filesOf(record, record.place)) await storage.remove(record.place, file);
      await store.update(downloadKey(record), (current) => (current?.lease ? current : undefined));
    }
    removed.push(version);
  }
  return removed;
}

function describe(record: DownloadRecord, place: Place): RemovedVersion {
  const { soraVideoId, batchId } = record;
  const files = filesOf(record, place);
  return {
    ...{ soraVideoId, batchId, version: place.version },
    files: files.map((file) => nameOf(place, file)),
    bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

function filesOf({ assets, pictures = {} }: DownloadRecord, place: Place): Array<Kept & { sizeBytes: number }> {
  const { poster, posterSmall, spriteSheet, spriteIndex } = pictures;
  const drawn = [poster, posterSmall, spriteSheet, spriteIndex].flatMap((one) => (one ? [one] : []));
  const isOwn = ({ name }: { name: string }) => name.startsWith(`${versionStem(place)}.`);
  const own = drawn.filter(isOwn).map(({ name, sizeBytes }) => ({ fileName: name, sizeBytes }));
  return [...assets, ...own];
}
