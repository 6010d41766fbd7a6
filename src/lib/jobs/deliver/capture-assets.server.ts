import { isReelError, ReelError } from '#lib/base/errors.ts';
import type { AssetFormat, CaptureProgress, MediaInfo } from '#lib/capture/types.ts';
import type { CapturePlace } from '#lib/jobs/capture-queue.ts';
import type { AssetPlace, JobRun } from '#lib/jobs/job.ts';
import type { Leased } from '#lib/jobs/lease/leased.ts';
import type { AssetLink, TaskRef, TaskState } from '#lib/jobs/provider.ts';
import type { AssetRecord, JobRecord, StoredObject } from '#lib/jobs/record/job-record.ts';
import { remoteAssetOf } from './remote-asset.ts';

/** A predecessor that is shutting down releases the part file well within this time. */
const PART_WAIT_MS = 5000;
/** The longest wait without a byte for an optional file. */
const OPTIONAL_PATIENCE_MS = 60_000;
/** Errors that end the run or prevent writing its record: not a fault of one file. */
const ENDS_RUN: ReadonlySet<string> = new Set(['aborted', 'busy', 'store-corrupt']);

/** A verified file at its final path. */
export interface FileInPlace {
  sizeBytes: number;
  sha256: string;
  media: MediaInfo;
  mimeType?: string;
  notes?: string[];
  /** Where it is in object storage by now. */
  object?: StoredObject;
}

export interface Delivery {
  /** The first file that is not optional. */
  main: FileInPlace & AssetPlace;
  /** All of them, where there are several; those without facts are missing. */
  assets: AssetRecord[] | undefined;
  notes: string[];
}

/** One file that is to be delivered: there already, or to be fetched from its link, or neither where it is optional. */
export interface WantedAsset {
  name: string;
  format: AssetFormat;
  isOptional?: boolean | undefined;
  link?: AssetLink | undefined;
  inPlace?: FileInPlace | undefined;
}

export interface CaptureContext<R extends JobRecord, Request>
  extends Pick<JobRun<R, Request>, 'job' | 'environment' | 'signal' | 'seen'> {
  leased: Leased<R>;
  task: TaskRef;
  onProgress: ((progress: CaptureProgress) => void) | undefined;
  /** Makes a verified file the final one by calling `rename`. */
  publish(asset: WantedAsset, facts: { sizeBytes: number; sha256: string }, rename: () => void): Promise<void>;
  /** Called for each of several files once it is in place. */
  onInPlace?(asset: AssetRecord): Promise<void>;
  /**
   * Whether a part file that another process does not release is left to it, and the download continues in another
   * file.
   */
  besideOthers: boolean;
}

/** The files of a task that has succeeded; `found` are those that are in place already. */
export function wantedAssets({ assets }: TaskState, found: ReadonlyMap<string, WantedAsset>): WantedAsset[] {
  if (assets.length === 0) return [...found.values()];
  return assets.map((link) => ({ ...link, link, inPlace: found.get(link.name)?.inPlace }));
}

/**
 * Captures every file of a task to its final path, one after the other, required ones first. An optional one that
 * cannot be captured becomes a note.
 * @throws ReelError of the first required file that cannot be captured
 */
export async function captureAssets<R extends JobRecord, Request>(
  context: CaptureContext<R, Request>,
  wanted: readonly WantedAsset[],
): Promise<Delivery> {
  const isOne = wanted.length === 1;
  const delivery: Omit<Delivery, 'main'> & { main?: Delivery['main'] } = { assets: isOne ? undefined : [], notes: [] };
  for (const asset of wanted.toSorted((a, b) => Number(a.isOptional ?? false) - Number(b.isOptional ?? false))) {
    const place = context.job.placeOf(asset);
    const file = asset.inPlace ?? (await fetchOne(context, asset, place, delivery.notes));
    if (file && !asset.isOptional) delivery.main ??= { ...file, ...place };
    const prefix = isOne ? '' : `${asset.name}: `;
    delivery.notes.push(...(file?.notes ?? []).map((note) => `${prefix}${note}`));
    const record = assetRecord(asset, place, file);
    delivery.assets?.push(record);
    // Also of one that a killed process had published: the next file's mark takes the place of its own.
    if (file && !isOne) await context.onInPlace?.(record);
    await context.environment.files.removeLeftovers(place.finalPath);
  }
  const { main } = delivery;
  if (!main) throw new ReelError('provider-failed', 'The task has no required file to deliver.');
  return { ...delivery, main };
}

/** Until when everything that is not optional can be fetched, as far as the links say. */
export function earliestEnd(links: readonly AssetLink[]): Date | undefined {
  const ends = links.flatMap(({ expiresAt, isOptional }) => (expiresAt && !isOptional ? [expiresAt.getTime()] : []));
  return ends.length === 0 ? undefined : new Date(Math.min(...ends));
}

/** Whether it is the file that the record is about: the first that is not optional. */
export function isMain({ assets }: JobRecord, { name, isOptional }: WantedAsset): boolean {
  const main = assets?.find((one) => !one.isOptional);
  return !isOptional && (main === undefined || main.name === name);
}

export function assetRecord(
  { name, format, isOptional }: WantedAsset,
  { localPath }: AssetPlace,
  file: FileInPlace | undefined,
): AssetRecord {
  return {
    ...{ name, format: format.name, localPath },
    ...(isOptional && { isOptional }),
    ...(file && { sizeBytes: file.sizeBytes, sha256: file.sha256, mimeType: file.mimeType ?? format.mimeType }),
  };
}

async function fetchOne<R extends JobRecord, Request>(
  context: CaptureContext<R, Request>,
  asset: WantedAsset,
  place: AssetPlace,
  notes: string[],
): Promise<FileInPlace | undefined> {
  const { link } = asset;
  try {
    if (!link) throw new ReelError('expired', 'the provider has no link for it');
    return await capture(context, asset, link, place);
  } catch (error) {
    const isOfFile = isReelError(error) && !ENDS_RUN.has(error.code) && error.stage !== 'recording';
    if (!asset.isOptional || !isOfFile) throw error;
    notes.push(`${asset.name} is missing: ${error.message}`);
    return undefined;
  }
}

async function capture<R extends JobRecord, Request>(
  context: CaptureContext<R, Request>,
  asset: WantedAsset,
  link: AssetLink,
  { finalPath }: AssetPlace,
): Promise<FileInPlace> {
  const { job, leased, environment, signal, seen, onProgress } = context;
  const { files } = environment;
  seen.finalPaths.add(finalPath);
  const remote = remoteAssetOf(job.provider, context.task, link, { record: leased.record, signal });
  const shared = {
    ...job.capture,
    ...{ signal, onProgress, format: link.format },
    ...(link.isOptional && { patienceMs: OPTIONAL_PATIENCE_MS }),
    publishWithin: (facts: { sizeBytes: number; sha256: string }, rename: () => void) =>
      context.publish(asset, facts, rename),
  };
  const capturing = async (place: CapturePlace) => {
    const options = { ...shared, clock: place.clock(environment.clock) };
    try {
      return await files.captureAsset(remote, finalPath, { ...options, busyTimeoutMs: PART_WAIT_MS });
    } catch (error) {
      if (!context.besideOthers || !isReelError(error) || error.code !== 'busy') throw error;
      // The lease is ours, so the holder of the part file is a stopped predecessor: leave it its file.
      await leased.assertHeld();
      return files.captureAsset(remote, finalPath, { ...options, partTag: `f${leased.fence}` });
    }
  };
  return environment.captures.add(link.expiresAt?.getTime(), capturing, signal);
}
