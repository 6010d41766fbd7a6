import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock } from '#lib/base/clock.ts';
import { projectPathOf } from '#lib/base/disk/paths.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { CaptureOptions } from '#lib/capture/types.ts';
import type { Settings } from '#lib/config.ts';
import type { FalApi } from '#lib/fal/api/fal-api.server.ts';
import { durationOf, estimateOf, type FalPrice, priceIn } from '#lib/fal/prices.ts';
import type { Job, ObjectTarget } from '#lib/jobs/job.ts';
import { stateOf, unansweredOf } from '#lib/jobs/record/state.ts';
import { requestHash } from '#lib/jobs/submit/request-hash.server.ts';
import { assetStoreAt } from '#lib/stores/assets/open-asset-store.server.ts';
import { type FalRequest, inputHashOf, storedRequestSchema } from './order.ts';
import { FalProvider } from './provider.server.ts';
import { type FalJob, falJobKey, filmsOnRecord, stemClaim } from './record.ts';
import type { KeptResult } from './result.server.ts';

export type FalWork = Job<FalJob, FalRequest>;

export interface JobContext {
  settings: Settings;
  api: FalApi;
  /** Absolute folder of the project's films. */
  folder: string;
  /** Where they go from there; undefined: they stay. */
  objects?: ObjectTarget | undefined;
  /** Of a file that is made now, without its extension. */
  nameOf(modelId: string, atMs: number): string;
  keep(key: string, result: KeptResult): Promise<void>;
  clock: Clock;
  price?: FalPrice | undefined;
  mediaLifetimeSeconds?: number | undefined;
  webhookUrl?: string | undefined;
  force?: boolean | undefined;
  /** The films on record are known to be gone from object storage. */
  filmsAreGone?: boolean | undefined;
  timeoutMs?: number | undefined;
  maxBytes?: number | undefined;
  resolve?: CaptureOptions['resolve'];
}

interface Order {
  projectId: string;
  purchase: number;
  request: FalRequest;
  inputHash: string;
  record: FalJob | undefined;
  canSubmit: boolean;
  resumesOnly: boolean;
}

/** The job of a new request. */
export function jobFor(
  { projectId, purchase, request }: Pick<Order, 'projectId' | 'purchase' | 'request'>,
  context: JobContext,
  record: FalJob | undefined,
): FalWork {
  const order = { projectId, purchase, request, inputHash: inputHashOf(request), record };
  return assemble({ ...order, canSubmit: true, resumesOnly: false }, context);
}

/** The job that finishes what a record began; it needs nothing but the record. */
export function jobOf(record: FalJob, context: JobContext): FalWork {
  const kept = storedRequestSchema.safeParse(record.intent?.request);
  const request = kept.data ?? { modelId: record.modelId, input: {} };
  const { projectId, purchase, inputHash } = record;
  const order = { projectId, purchase, inputHash, request, record };
  return assemble({ ...order, canSubmit: kept.success, resumesOnly: true }, { ...context, force: false });
}

/** A name that another record has is not taken; more than a few in one millisecond there are not. */
const MOST_NAMES = 16;

function assemble(order: Order, context: JobContext): FalWork {
  const { projectId, purchase, request, inputHash, record } = order;
  const { settings, api, folder, clock, maxBytes, resolve: resolveName } = context;
  const { modelId, input } = request;
  const key = falJobKey({ projectId, inputHash, purchase });
  const atMs = clock.now();
  const stems = Array.from({ length: MOST_NAMES }, (_, index) => context.nameOf(modelId, atMs + index));
  let stem = record?.stem ?? stems[0] ?? '';
  const seconds = durationOf(input.duration);
  const hasFile = (current: FalJob) => !context.filmsAreGone && hasFilms(settings, current);
  return {
    key,
    provider: providerOf(order, context, key),
    request,
    asked: { modelId, ...input },
    expected: seconds === undefined ? {} : { durationSeconds: seconds },
    estimate: estimateOf(input, context.price),
    model: modelId,
    placeOf: ({ name, format }) => {
      const finalPath = join(folder, `${stem}${name.replace(/^video/, '')}.${format.extension}`);
      return { finalPath, localPath: projectPathOf(settings.projectRoot, finalPath) };
    },
    pathOf: (localPath) => resolve(settings.projectRoot, localPath),
    objects: context.objects,
    objectsAt: (location) => assetStoreAt(settings, location),
    // What is bought again is a film of its own, with a name of its own.
    keepVersions: settings.keepVersions,
    force: context.force ?? false,
    ...{ canSubmit: order.canSubmit, resumesOnly: order.resumesOnly, timeoutMs: context.timeoutMs },
    seed: (createdAt) => ({ projectId, modelId, inputHash, purchase, stem, status: 'pending', createdAt }),
    submissionFields: { mediaLifetimeSeconds: context.mediaLifetimeSeconds },
    claims: stems.map((one) => stemClaim(projectId, one)),
    assertUsable: (current, { ownerOf }) => {
      // As whoever began it has named it.
      const isFree = (one: string) =>
        [undefined, key].includes(ownerOf(stemClaim(projectId, one))) && !existsSync(join(folder, `${one}.mp4`));
      stem = current?.stem ?? stems.find(isFree) ?? stem;
      if (current && !context.force && !order.resumesOnly) assertNotSpent(current, clock.now(), hasFile(current));
    },
    hasFile,
    capture: {
      ...{ allowPrivateNetwork: settings.allowPrivateNetwork, proxy: settings.proxy, resolve: resolveName },
      // It was made below the library's root, which may be gone by now: nothing is made in its place.
      needsFolder: true,
      trustedOrigin: new URL(api.settings.endpoint.queueUrl).origin,
      ...(maxBytes !== undefined && { maxBytes }),
    },
  };
}

function providerOf({ request, record }: Order, context: JobContext, key: string): FalProvider {
  const { api, clock, webhookUrl, keep } = context;
  const sent = record && unansweredOf(record);
  return new FalProvider(api, {
    ...{ request, clock, webhookUrl, kept: record?.result },
    requestHash: sent?.requestHash ?? requestHash(request),
    askedAtMs: Date.parse(record?.intent?.at ?? '') || clock.now(),
    price: context.price ?? priceIn(record?.intent?.estimate),
    mediaLifetimeSeconds: context.mediaLifetimeSeconds ?? record?.mediaLifetimeSeconds,
    keep: (result) => keep(key, result),
  });
}

/**
 * An equal call never buys a second time what was, or may have been, paid for: a request that failed after it had been
 * accepted, one whose media fal has deleted, and a film whose file is gone.
 */
function assertNotSpent(current: FalJob, nowMs: number, isHere: boolean): void {
  const { taskId, error = '' } = current;
  const state = stateOf(current);
  const context = { taskId, billable: 'maybe', retryable: false } as const;
  if (state.kind === 'expired' || (state.kind === 'failed' && state.mayBeBilled)) {
    const code = state.kind === 'failed' && state.code === 'rejected' ? 'rejected' : 'provider-failed';
    throw new ReelError(
      code,
      `It was bought before, and delivered nothing: ${error} Use force to buy it again.`,
      context,
    );
  }
  const linkLives = Date.parse(current.expiresAt ?? '') > nowMs;
  if (state.kind !== 'ready' || isHere || linkLives) return;
  const message = `The film was bought and is no longer at ${placeOnRecord(current)}. Put it back, or use force to buy another one.`;
  throw new ReelError('not-found', message, context);
}

function placeOnRecord({ localPath, object }: FalJob): string | undefined {
  return object ? `${object.location}/${object.name}` : localPath;
}

/** Whether the record's finished films are on disk, or in object storage by the word of the record. */
export function hasFilms({ projectRoot }: Settings, record: FalJob): boolean {
  return filmsOnRecord(record).every(({ localPath, sizeBytes, object }) => {
    if (localPath === undefined) return false;
    if (object) return true;
    const file = statSync(resolve(projectRoot, localPath), { throwIfNoEntry: false });
    return file !== undefined && (sizeBytes === undefined || file.size === sizeBytes);
  });
}
