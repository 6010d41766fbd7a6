import { type Clock, everyInterval, systemClock } from '#lib/base/clock.ts';
import { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
import { captureAsset, inspectAsset, removeLeftovers } from '#lib/capture/capture.server.ts';
import type { Settings } from '#lib/config.ts';
import { LEASE_TTL_MS } from '#lib/jobs/lease/lease.ts';
import { endpointName } from '#lib/openai-videos/api/endpoint.ts';
import { ASSET_FORMATS } from '#lib/openai-videos/assets/fetch/asset-formats.server.ts';
import type { VideoService, WorkContext } from '#lib/openai-videos/assets/fetch/context.ts';
import { ServiceMemory } from '#lib/openai-videos/assets/fetch/service-memory.ts';
import type { DownloadStorage } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import { ONE_HOUR_MS } from '#lib/openai-videos/assets/job/deadline.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { Bandwidth } from './bandwidth.ts';
import { DownloadEngine } from './engine.server.ts';
import type { DownloadEvents } from './events.ts';
import type { JobTerms } from './open-jobs.ts';
import type { ProgressBook } from './progress-book.ts';
import type { AssetDownloadManagerOptions } from './settings.server.ts';

const LOCAL_APP = 'http://localhost:3000';
const CONCURRENCY = 4;
const PICTURE_GRACE_MS = 2000;

/** What a manager works with once it has a service. */
export interface Working {
  readonly engine: DownloadEngine;
  readonly refresh: () => Promise<void>;
  terms(): JobTerms;
}

export interface WorkPlace extends Pick<WorkContext, 'records' | 'refresh'> {
  service: VideoService;
  settings: Settings;
  store: RecordStore<DownloadRecord>;
  storage: DownloadStorage;
  clock: Clock;
  events: DownloadEvents;
  progress: ProgressBook;
  /** Makes the pictures of a film in the local folder. */
  drawPictures: (
    storage: DownloadStorage,
    record: DownloadRecord,
    signal: AbortSignal,
  ) => Promise<DownloadRecord['pictures']>;
}

export function createWork(options: AssetDownloadManagerOptions, place: WorkPlace): Working {
  const { settings, service, store, storage, clock, refresh } = place;
  const { allowPrivateNetwork = settings.allowPrivateNetwork, assetLifetimeMs: lifetimeMs = ONE_HOUR_MS } = options;
  const endpoint = endpointName(service.baseUrl);
  const { notion = false } = options;
  const makesPictures = (options.pictures ?? settings.makesPictures) && !storage.isUnaddressed;
  const engine = new DownloadEngine({
    context: contextOf(options, place, { endpoint, allowPrivateNetwork }),
    ...{ events: place.events, progress: place.progress, notion: notion || undefined },
    concurrency: options.concurrency ?? CONCURRENCY,
    every: options.every ?? everyInterval,
    drawPictures: makesPictures ? (record, signal) => place.drawPictures(storage, record, signal) : undefined,
    publicBaseUrl: options.publicBaseUrl ?? settings.publicBaseUrl ?? LOCAL_APP,
    hold: {
      owner: (options.newOwner ?? processIdentity)(),
      ttlMs: options.leaseTtlMs ?? LEASE_TTL_MS,
      isSurelyDead: options.isSurelyDead ?? isSurelyDead,
      nameOf: (key) => `the download ${key}`,
      clock,
    },
  });
  const terms = () => ({
    ...{ store, service, endpoint, storage: storage.name, lifetimeMs },
    ...{ hasNotion: notion !== false, nowMs: clock.now() },
  });
  return { engine, refresh, terms };
}

function contextOf(
  options: AssetDownloadManagerOptions,
  { settings, service, store, storage, clock, records, refresh, progress }: WorkPlace,
  { endpoint, allowPrivateNetwork }: { endpoint: string; allowPrivateNetwork: boolean },
): WorkContext {
  const { maxBytes, maxBytesPerSecond, pictureGraceMs = PICTURE_GRACE_MS } = options;
  // By the machine's time, as the connections are.
  const bandwidth = maxBytesPerSecond === undefined ? undefined : new Bandwidth(maxBytesPerSecond, systemClock);
  return {
    ...{ store, storage, clock, records, refresh, service, endpoint, pictureGraceMs },
    files: { captureAsset, inspectAsset, removeLeftovers },
    formats: ASSET_FORMATS,
    memory: new ServiceMemory(),
    capture: {
      ...{ allowPrivateNetwork, maxBytes, proxy: settings.proxy, trustedOrigin: service.origin },
      throttle: bandwidth && ((bytes) => bandwidth.take(bytes)),
    },
    onBytes: (key, type, received, total) => progress.note(key, type, received, total),
  };
}
