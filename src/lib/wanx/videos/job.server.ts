import { resolve } from 'node:path';
import { ReelError } from '#lib/base/errors.ts';
import type { CaptureOptions } from '#lib/capture/types.ts';
import type { Settings } from '#lib/config.ts';
import type { Job } from '#lib/jobs/job.ts';
import type { Estimate } from '#lib/jobs/record/job-record.ts';
import { assetStoreAt } from '#lib/stores/assets/open-asset-store.server.ts';
import type { TaskService } from '#lib/wanx/dashscope/task-service.ts';
import { estimateCost } from '#lib/wanx/models/estimate-cost.ts';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { type Order, orderOf } from '#lib/wanx/request/order.ts';
import { type StoredRequest, storedRequestSchema, toStoredRequest } from '#lib/wanx/request/stored.ts';
import { captureNetwork } from '#lib/wanx/run/capture-network.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { assertOwnFileName, fileClaim, type VideoMetadata } from '#lib/wanx/video-metadata.ts';
import { sizeOfFilm } from './film-place.server.ts';
import { WanProvider } from './provider.server.ts';
import { lossGuard } from './store-binding.server.ts';
import { finalPathOf, localPathOf, videoAssets } from './video-paths.server.ts';

export interface WanJob extends Job<VideoMetadata, StoredRequest> {
  /** Of the task's one file. */
  finalPath: string;
}

export interface JobContext {
  settings: Settings;
  client: TaskService;
  force?: boolean | undefined;
  timeoutMs?: number | undefined;
  maxBytes?: number | undefined;
  resolve?: CaptureOptions['resolve'];
  /** Of what is put in, where that is known. */
  inputSeconds?: number | undefined;
}

/**
 * The job that makes one video from a new request.
 * @throws ReelError `invalid-input` when the request is outside its model's table
 */
export function jobFor(spotId: string, eraId: string, request: WanxRequest, context: JobContext): WanJob {
  const order = orderOf(request, context.settings.wanxModel, context.inputSeconds);
  // What the client will refuse, it refuses before anything is on disk.
  context.client.complete(request);
  const stored = toStoredRequest({ ...request, model: order.model });
  return assemble({ spotId, eraId, stored, order, context, canSubmit: true });
}

/** The job that finishes what a record began; it needs nothing but the record. */
export function jobOf(record: VideoMetadata, context: JobContext): WanJob {
  const kept = storedRequestSchema.safeParse(record.intent?.request);
  const stored = kept.success ? kept.data : { prompt: record.prompt, model: record.model };
  // The price, limits and even the model may no longer exist: none of that may keep a paid result from being fetched.
  const order = orderOrNone(stored, context.settings.wanxModel);
  return assemble({
    spotId: record.spotId,
    eraId: record.eraId,
    stored,
    order,
    context: { ...context, force: false },
    canSubmit: kept.success,
    resumesOnly: true,
  });
}

/** What a request is expected to cost, in the words of the record. */
export function estimateOf({ cost }: Pick<Order, 'cost'>): Estimate {
  const { usd, unitUsd, seconds, priceDate } = estimateCost(cost);
  return { usd, units: seconds, unitUsd, ...(priceDate !== undefined && { priceDate }) };
}

/**
 * Whether the record's finished file is on disk, or in object storage by the word of the record.
 * @throws ReelError `disk-denied`, `disk`: a file that cannot be looked at is not a missing one, and not to be bought again
 */
export function hasVideoFile(
  settings: Settings,
  record: Pick<VideoMetadata, 'localPath' | 'sizeBytes' | 'object'>,
): boolean {
  if (record.localPath === undefined) return false;
  if (record.object) return true;
  const sizeBytes = sizeOfFilm(resolve(settings.projectRoot, record.localPath));
  return sizeBytes !== undefined && (record.sizeBytes === undefined || sizeBytes === record.sizeBytes);
}

interface Parts {
  spotId: string;
  eraId: string;
  stored: StoredRequest;
  order: Order;
  context: JobContext;
  canSubmit: boolean;
  resumesOnly?: boolean;
}

function assemble({ spotId, eraId, stored, order, context, canSubmit, resumesOnly = false }: Parts): WanJob {
  const { settings, client } = context;
  const finalPath = finalPathOf(settings, spotId, eraId);
  const prompt = stored.prompt ?? '';
  const assets = videoAssets(settings);
  return {
    key: videoKey(spotId, eraId),
    provider: new WanProvider(client, {
      baseUrl: settings.dashscopeBaseUrl,
      model: order.model,
      cost: order.cost,
    }),
    request: stored,
    asked: order.asked,
    expected: order.expected,
    estimate: estimateOf(order),
    model: order.model,
    finalPath,
    placeOf: () => ({ finalPath, localPath: localPathOf(settings, finalPath) }),
    pathOf: (localPath) => resolve(settings.projectRoot, localPath),
    ...(assets.isRemote && { objects: { location: assets.location, store: assets } }),
    objectsAt: (location) => assetStoreAt(settings, location),
    keepVersions: settings.keepVersions,
    force: context.force ?? false,
    ...{ canSubmit, resumesOnly },
    timeoutMs: context.timeoutMs,
    // Another prompt or model may be asked for by now.
    requestOf: ({ prompt: sent, model = order.model }) => ({ ...stored, prompt: sent, model }),
    seed: (createdAt) => ({ spotId, eraId, prompt, status: 'pending', createdAt }),
    submissionFields: { prompt },
    ...(settings.makesPictures && { finishedFields: { pictures: { isDue: true } } }),
    claims: [fileClaim(spotId, eraId)],
    assertUsable: (_current, step) => assertOwnFileName(step, spotId, eraId),
    assertMayBuy: () => lossGuard(settings),
    hasFile: (record) => hasVideoFile(settings, record),
    capture: {
      ...captureNetwork(settings, client, context),
      ...(context.maxBytes !== undefined && { maxBytes: context.maxBytes }),
    },
  };
}

function orderOrNone(stored: StoredRequest, defaultModel: string): Order {
  try {
    return orderOf(stored, defaultModel);
  } catch (error) {
    if (!(error instanceof ReelError)) throw error;
    const model = stored.model ?? defaultModel;
    const { resolution, audio, quality } = stored;
    const cost = { model, allowUnknownModel: true, resolution, audio, quality };
    return { model, resolution, durationSeconds: null, cost, asked: { ...stored }, expected: {} };
  }
}
