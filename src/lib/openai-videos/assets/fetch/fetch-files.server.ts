import { isReelError, messageOf } from '#lib/base/errors.ts';
import type { StoredObject } from '#lib/jobs/record/job-record.ts';
import { ASSET_TYPES, fileNameOf, type Place } from '#lib/openai-videos/assets/job/names.ts';
import { missingAfter, notOffered } from '#lib/openai-videos/assets/job/pictures-missing.ts';
import type { DownloadRecord, MissingAsset } from '#lib/openai-videos/assets/job/record.ts';
import type { AssetType } from '#lib/openai-videos/assets/job/types.ts';
import type { HeldDownload, WorkContext } from './context.ts';
import { type AssetOutcome, ENDS_JOB, fetchAsset } from './fetch-asset.server.ts';
import { watchFormat } from './watched-format.server.ts';

/** What a service answers that has no such picture. Others of 4xx pass, or are about the key: 401, 408, 429. */
const REFUSED_FOR_GOOD = /the server answered (400|403|404|405|406|410|415|422)/;

export interface Work {
  held: HeldDownload;
  context: WorkContext;
  signal: AbortSignal;
  /** Called when a file is about to be asked for. */
  onStart(type: AssetType): void;
}

export interface PlacedWork extends Work {
  place: Place;
}

export interface VerifiedFile {
  sizeBytes: number;
  sha256: string;
  mimeType: string;
  object?: StoredObject | undefined;
}

/** The files that are neither in place nor known not to exist. */
export function typesToFetch({ held, context }: Pick<Work, 'held' | 'context'>): AssetType[] {
  const there = new Set(held.record.assets.map(({ type }) => type));
  return ASSET_TYPES.filter((type) => !there.has(type) && context.memory.isOffered(type));
}

/**
 * One try to fetch one file into its place and on record.
 * @throws ReelError `aborted`, `busy` when another process has taken the job over, `disk*`, `store-corrupt`
 */
export async function fetchOne(work: PlacedWork, type: AssetType, signal = work.signal): Promise<AssetOutcome> {
  const { held, context, place } = work;
  const { service, storage, clock, memory } = context;
  // Its upload failed, or was cut short by a kill: what is here need not be fetched again.
  const here = storage.isLocal ? undefined : await fileHere(work, type);
  if (here && here !== 'another') return keepAndTidy(work, type, here);
  work.onStart(type);
  const outcome = await fetchAsset({
    ...{ type, clock, signal, capture: context.capture, formats: context.formats, files: context.files },
    link: service.contentLink(held.record.soraVideoId, type),
    finalPath: storage.pathOf(place, type),
    partTag: `f${held.fence}`,
    onBytes: (received, total) => context.onBytes(held.key, type, received, total),
    publish: (file, rename) => publish(work, type, file, rename),
  });
  if (outcome.kind === 'setback') return outcome;
  memory.noteKeyAccepted(held.key, clock.now());
  memory.noteDelivered(type);
  if (!storage.isLocal) return keepAndTidy(work, type, outcome.file);
  await storage.tidy(place, type, context.files);
  return outcome;
}

/** A whole file of this type that an earlier try has left in the local folder; undefined: nothing is there. */
export async function fileHere(
  { held, context, place }: Omit<PlacedWork, 'onStart'>,
  type: AssetType,
): Promise<VerifiedFile | 'another' | undefined> {
  const isOnRecord = held.record.assets.some((asset) => asset.type === type);
  if (isOnRecord || !context.storage.isDownloaded(place, type)) return undefined;
  const { format, watch } = watchFormat(context.formats[type], context.formats.video, context.files);
  const file = await context.files.inspectAsset(context.storage.pathOf(place, type), format);
  if (file.problem !== undefined) return 'another';
  return { ...file, mimeType: watch.mimeType ?? format.mimeType };
}

/** A store that cannot be reached is a setback like any other: the file is safe here, and the next try uploads it. */
async function keepAndTidy(work: PlacedWork, type: AssetType, file: VerifiedFile): Promise<AssetOutcome> {
  const { context, place } = work;
  try {
    await keep(work, type, file);
  } catch (error) {
    if (!isReelError(error) || error.code === 'busy' || ENDS_JOB.has(error.code)) throw error;
    const path = context.storage.pathOf(place, type);
    const message = `${error.message} The finished file is safe in ${path}; the next try uploads it.`;
    return { kind: 'setback', setback: { code: error.code, message, isHere: true } };
  }
  await context.storage.tidy(place, type, context.files);
  return { kind: 'there', file };
}

/** In the local folder the rename and the record are one step. */
async function publish(work: PlacedWork, type: AssetType, file: VerifiedFile, rename: () => void): Promise<void> {
  const { held, context, place } = work;
  await held.patch((current) => {
    context.storage.assertFree(place, type);
    rename();
    return context.storage.isLocal ? withAsset(work, current, type, file) : {};
  });
}

/** Hands a file that is in the local folder over to the asset store, and puts it on record. */
export async function keep(work: Omit<PlacedWork, 'onStart'>, type: AssetType, file: VerifiedFile): Promise<void> {
  const object = await work.context.storage.keep(work.place, type, file, work.signal);
  await work.held.patch((current) => withAsset(work, current, type, { ...file, object }));
}

function withAsset(
  { context, place }: Pick<PlacedWork, 'context' | 'place'>,
  { assets }: DownloadRecord,
  type: AssetType,
  { sizeBytes, sha256, mimeType, object }: VerifiedFile,
): Pick<DownloadRecord, 'assets'> {
  const downloadedAt = new Date(context.clock.now()).toISOString();
  const facts = { sizeBytes, sha256, mimeType, downloadedAt, ...(object && { object }) };
  const asset = { type, fileName: fileNameOf(place, type), ...facts };
  const all = [...assets.filter((one) => one.type !== type), asset];
  return { assets: ASSET_TYPES.flatMap((one) => all.filter((other) => other.type === one)) };
}

/** Pictures under way beside the film, which never depends on them. */
export class PictureFetch {
  readonly #work: PlacedWork;
  readonly #types: readonly AssetType[];
  readonly #enough = new AbortController();
  readonly #running: Promise<AssetOutcome | undefined>[];

  constructor(work: PlacedWork) {
    this.#work = work;
    this.#types = typesToFetch(work).filter((type) => type !== 'video');
    const signal = AbortSignal.any([work.signal, this.#enough.signal]);
    this.#running = this.#types.map((type) =>
      fetchOne(work, type, signal).catch((error: unknown) => this.#after(error)),
    );
    // A failure is reported by `missing`; until then the film may take its time.
    for (const one of this.#running) one.catch(() => {});
  }

  /** Ends those that have not come `graceMs` after this call. */
  async end(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#enough.abort(), graceMs);
    await Promise.allSettled(this.#running);
    clearTimeout(timer);
  }

  /**
   * What did not come; call it after `end`.
   * @throws what ends the work on the whole job
   */
  async missing(): Promise<MissingAsset[]> {
    const { held, context } = this.#work;
    const outcomes = await Promise.all(this.#running);
    const now = { nowMs: context.clock.now(), random: () => context.clock.random() };
    return ASSET_TYPES.flatMap((type) => {
      const outcome = outcomes[this.#types.indexOf(type)];
      if (type === 'video' || outcome?.kind === 'there' || held.record.assets.some((one) => one.type === type))
        return [];
      if (!this.#types.includes(type)) return [{ type, tries: 0, reason: notOffered(type) }];
      this.#learn(type, outcome);
      return [missingAfter(held.record, type, outcome?.setback, now)];
    });
  }

  #learn(type: AssetType, outcome: AssetOutcome | undefined): void {
    const { held, context } = this.#work;
    if (outcome?.kind !== 'setback') return;
    if (outcome.setback.rejected?.isFilm) context.memory.notePictureIsFilm(type);
    if (REFUSED_FOR_GOOD.test(outcome.setback.message)) context.memory.noteRefused(type, held.record.soraVideoId);
  }

  #after(error: unknown): AssetOutcome | undefined {
    const isOfJob = this.#work.signal.aborted || (isReelError(error) && error.code === 'busy');
    if (isOfJob) throw error;
    if (this.#enough.signal.aborted) return undefined;
    return { kind: 'setback', setback: { code: isReelError(error) ? error.code : 'disk', message: messageOf(error) } };
  }
}
