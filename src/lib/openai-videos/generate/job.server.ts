import { statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Clock } from '#lib/base/clock.ts';
import { projectPathOf } from '#lib/base/disk/paths.server.ts';
import type { CaptureOptions } from '#lib/capture/types.ts';
import type { Settings } from '#lib/config.ts';
import type { Job, ObjectTarget } from '#lib/jobs/job.ts';
import type { FilmPlace } from '#lib/jobs/versions/film-place.server.ts';
import { assetStoreAt, openAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { estimateOf, expectedOf, type StoredRequest, storedRequestSchema } from './order.ts';
import { OpenAIVideosProvider, type OpenAIVideosProviderOptions, type VideoMaker } from './provider.server.ts';
import { type GeneratedVideo, generatedVideoKey } from './record.ts';

export type VideoJob = Job<GeneratedVideo, StoredRequest>;

export interface JobContext
  extends Pick<
    OpenAIVideosProviderOptions,
    'prices' | 'pictures' | 'assetLifetimeMs' | 'idempotencyKey' | 'listIsComplete'
  > {
  settings: Settings;
  client: VideoMaker;
  force?: boolean | undefined;
  timeoutMs?: number | undefined;
  maxBytes?: number | undefined;
  clock?: Clock | undefined;
  resolve?: CaptureOptions['resolve'];
}

export interface VideoIds {
  batchId: string;
  name: string;
}

/** The job that makes one video from a new request. */
export function jobFor(ids: VideoIds, request: StoredRequest, context: JobContext, record?: GeneratedVideo): VideoJob {
  return assemble(ids, request, context, { canSubmit: true, resumesOnly: false, record });
}

/** The job that finishes what a record began; it needs nothing but the record. */
export function jobOf(record: GeneratedVideo, context: JobContext): VideoJob {
  const kept = storedRequestSchema.safeParse(record.intent?.request);
  const request = kept.data ?? { prompt: record.prompt, ...(record.model !== undefined && { model: record.model }) };
  return assemble(
    record,
    request,
    { ...context, force: false },
    { canSubmit: kept.success, resumesOnly: true, record },
  );
}

/** Of the film; its pictures lie beside it. */
export function filmPathOf({ generatedVideosDir }: Settings, { batchId, name }: VideoIds): string {
  return join(generatedVideosDir, batchId, `${name}.mp4`);
}

/** The place of a video's films, as the engine sees it. */
export function filmPlaceOf(settings: Settings, ids: VideoIds): FilmPlace {
  const { projectRoot } = settings;
  const finalPath = filmPathOf(settings, ids);
  return {
    ...{ finalPath, localPath: projectPathOf(projectRoot, finalPath) },
    pathOf: (localPath) => resolve(projectRoot, localPath),
    objectsAt: (location) => assetStoreAt(settings, location),
  };
}

interface Kind {
  canSubmit: boolean;
  resumesOnly: boolean;
  record: GeneratedVideo | undefined;
}

function assemble(ids: VideoIds, request: StoredRequest, context: JobContext, kind: Kind): VideoJob {
  const { settings, client, prices, maxBytes, resolve: resolveName } = context;
  const { batchId, name } = ids;
  const folder = join(settings.generatedVideosDir, batchId);
  const { prompt, model } = request;
  return {
    key: generatedVideoKey(batchId, name),
    provider: new OpenAIVideosProvider(client, { ...context, request, knownExpiry: expiryOf(kind.record) }),
    request,
    asked: { ...request },
    expected: expectedOf(request),
    estimate: estimateOf(request, prices),
    model: model ?? 'default',
    placeOf: ({ name: asset, format }) => {
      const file = `${name}${asset === 'video' ? '' : `_${asset}`}.${format.extension}`;
      const finalPath = join(folder, file);
      return { finalPath, localPath: projectPathOf(settings.projectRoot, finalPath) };
    },
    pathOf: (localPath) => resolve(settings.projectRoot, localPath),
    objects: objectsOf(settings),
    objectsAt: (location) => assetStoreAt(settings, location),
    keepVersions: settings.keepVersions,
    force: context.force ?? false,
    ...{ canSubmit: kind.canSubmit, resumesOnly: kind.resumesOnly, timeoutMs: context.timeoutMs },
    requestOf: ({ prompt: sent }) => ({ ...request, prompt: sent }),
    seed: (createdAt) => ({ batchId, name, prompt, status: 'pending', createdAt }),
    submissionFields: { prompt },
    ...(settings.makesPictures && { finishedFields: { pictures: { isDue: true } } }),
    claims: [],
    assertUsable: () => {},
    hasFile: (record) => hasFilm(settings, record),
    capture: {
      ...{ allowPrivateNetwork: settings.allowPrivateNetwork, proxy: settings.proxy, resolve: resolveName },
      trustedOrigin: client.origin,
      ...(maxBytes !== undefined && { maxBytes }),
    },
  };
}

/** Object storage, where that is configured. Names have the folder of the batch, as paths do. */
function objectsOf(settings: Settings): ObjectTarget | undefined {
  const { generatedVideosDir: folder } = settings;
  const store = openAssetStore(settings, { folder, area: 'generated-videos' });
  if (!store.isRemote) return undefined;
  return { location: store.location, store, nameOf: (path) => relative(folder, path).split(sep).join('/') };
}

/** Whether the record's finished film is on disk, or in object storage by the word of the record. */
export function hasFilm({ projectRoot }: Settings, { localPath, sizeBytes, object }: GeneratedVideo): boolean {
  if (localPath === undefined) return false;
  if (object) return true;
  const file = statSync(resolve(projectRoot, localPath), { throwIfNoEntry: false });
  return file !== undefined && (sizeBytes === undefined || file.size === sizeBytes);
}

/** Of the task on record, and of no earlier one. */
function expiryOf(record: GeneratedVideo | undefined): Date | undefined {
  return record?.taskId !== undefined && record.expiresAt !== undefined ? new Date(record.expiresAt) : undefined;
}
