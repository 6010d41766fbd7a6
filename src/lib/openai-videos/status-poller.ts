import '#lib/base/server-only.server.ts';
import { dirname, join } from 'node:path';
import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, everyInterval, systemClock } from '#lib/base/clock.ts';
import { messageOf } from '#lib/base/errors.ts';
import { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { LEASE_TTL_MS } from '#lib/jobs/lease/lease.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { endpointName } from './api/endpoint.ts';
import { type AssetDownloadManager, assetDownloadManager } from './asset-download-manager.ts';
import type { VideoService } from './assets/fetch/context.ts';
import { checkIds } from './assets/job/check-ids.ts';
import type { PageUpdates } from './assets/run/page-updates.ts';
import { sharedPageUpdates } from './assets/run/shared-page-updates.ts';
import { type WatchRecord, watchFormat, watchKey } from './assets/watch/watch-record.ts';
import { Watcher } from './assets/watch/watcher.server.ts';
import { OpenAIVideosClient } from './openai-videos-client.ts';

export interface WatchedVideo {
  notionPageId: string;
  soraVideoId: string;
  batchId: string;
}

export interface StatusPollerOptions {
  baseUrl?: string | undefined;
  apiKey?: string | undefined;
  /** What downloads the completed videos; default: the one of this app. */
  manager?: Pick<AssetDownloadManager, 'queueDownload'> | undefined;
  notion?: PageUpdates | false | undefined;
  /**
   * Called once a video is completed, before its download is queued, which waits for it, at most ten seconds; after a crash
   * perhaps a second time.
   */
  onVideoComplete?: ((notionPageId: string, video: WatchedVideo) => unknown) | undefined;
  /** Called with a video that ended without a film. */
  onVideoFailed?: ((notionPageId: string, reason: string, video: WatchedVideo) => unknown) | undefined;
  /** For a log. */
  onEvent?: ((event: { level: 'info' | 'warn'; message: string }) => void) | undefined;
  /** Fixed time between two looks at a video; default: the setting `WANX_POLL_INTERVAL_MS`, else adaptive. */
  pollIntervalMs?: number | undefined;
  /** For tests. */
  clock?: Clock | undefined;
  every?: ((intervalMs: number, task: () => void) => () => void) | undefined;
  store?: RecordStore<WatchRecord> | undefined;
  service?: Pick<VideoService, 'baseUrl' | 'retrieve'> | undefined;
  newOwner?: (() => string) | undefined;
}

export interface StatusPoller {
  /**
   * Follows a video until it is completed, and then queues its download. Resolves once that is on record; the same video for
   * the same page again has no effect, unless it was followed at another base URL: then it is at this one.
   * @throws ReelError `invalid-input`; `store-corrupt`, `disk*` or `busy` of the records
   */
  watch(video: WatchedVideo): Promise<void>;
  /** What is watched stays on record, for the next process. */
  stop(): Promise<void>;
}

const LONGEST_CALLBACK_MS = 10_000;

export const watchRecords = { name: 'video-watches', format: watchFormat } as const;
const openWatches = recordStores<WatchRecord>(watchRecords);

function watchStore({ metadataPath, database }: Settings): RecordStore<WatchRecord> {
  return openWatches({ jsonPath: join(dirname(metadataPath), 'video-watches.json'), database });
}

/**
 * Follows videos that are being made, also those that an earlier process has left, and queues their downloads the moment
 * that they are completed.
 * @throws ReelError `config` without a service
 */
export function startStatusPoller(options: StatusPollerOptions = {}): StatusPoller {
  const settings = readSettings();
  const { baseUrl, apiKey, clock = systemClock, store = watchStore(settings) } = options;
  const service = options.service ?? new OpenAIVideosClient({ baseUrl, apiKey, clock });
  const endpoint = endpointName(service.baseUrl);
  const watcher = new Watcher({
    ...{ store, endpoint, clock, every: options.every ?? everyInterval },
    pollIntervalMs: options.pollIntervalMs ?? settings.pollIntervalMs,
    hold: { owner: (options.newOwner ?? processIdentity)(), ttlMs: LEASE_TTL_MS, isSurelyDead, clock },
    look: (videoId, signal) => service.retrieve(videoId, { signal }),
    ...reactions(options, { hasToken: settings.notionToken !== undefined, clock, endpoint }),
  });
  watcher.wake();
  return {
    async watch({ notionPageId, soraVideoId, batchId }) {
      checkIds({ notionPageId, soraVideoId, batchId });
      const now = new Date(clock.now()).toISOString();
      const record = { notionPageId, soraVideoId, batchId, endpoint, watchedSince: now, looks: 0, nextLookAt: now };
      await store.update(watchKey(record), (current) => {
        // The lease stays: a look under way elsewhere ends first.
        return current?.endpoint === endpoint
          ? current
          : { ...current, ...record, error: undefined, failingSince: undefined };
      });
      watcher.wake();
    },
    stop: () => watcher.stop(),
  };
}

interface Surroundings {
  hasToken: boolean;
  clock: Clock;
  endpoint: string;
}

function reactions(options: StatusPollerOptions, { hasToken, clock, endpoint }: Surroundings) {
  const { manager = assetDownloadManager, onVideoComplete, onVideoFailed, onEvent } = options;
  const notion = options.notion ?? (hasToken && sharedPageUpdates());
  const tell = (level: 'info' | 'warn', message: string) =>
    callSafely(onEvent, { level, message: `[Poller] ${message}` });
  const call = (name: string, { soraVideoId }: WatchRecord, callback: () => unknown) =>
    atMost(clock, callback, (reason) => tell('warn', `${name} failed for ${soraVideoId}: ${reason}`));
  return {
    announce:
      onVideoComplete &&
      ((record: WatchRecord) =>
        call('onVideoComplete', record, () => onVideoComplete(record.notionPageId, watchedOf(record)))),
    async onCompleted({ notionPageId, soraVideoId, batchId }: WatchRecord, completedAt: Date) {
      tell('info', `Queueing asset download for ${soraVideoId}`);
      await manager.queueDownload(notionPageId, soraVideoId, batchId, completedAt);
    },
    async onEnded(record: WatchRecord, reason: string) {
      const { notionPageId, soraVideoId } = record;
      tell('warn', `${soraVideoId}: ${reason}`);
      if (notion) {
        await notion.logVideoError(notionPageId, 'generation_failed', reason, { soraVideoId });
        await notion.queueUpdate(notionPageId, { status: 'Failed' });
      }
      await call('onVideoFailed', record, () => onVideoFailed?.(notionPageId, reason, watchedOf(record)));
    },
    onUnfollowed({ soraVideoId, endpoint: elsewhere }: WatchRecord) {
      const what = `${soraVideoId} is not followed: it was made at ${elsewhere}, and the service is ${endpoint} now.`;
      tell('warn', `${what} Set OPENAI_VIDEOS_BASE_URL back, or watch it again to ask for it here.`);
    },
  };
}

function watchedOf({ notionPageId, soraVideoId, batchId }: WatchRecord): WatchedVideo {
  return { notionPageId, soraVideoId, batchId };
}

/** Waits for a callback: one that hangs must not cost the download, whose files last an hour. */
async function atMost(clock: Clock, callback: () => unknown, onFailure: (reason: string) => void): Promise<void> {
  const isOver = new AbortController();
  const called = Promise.resolve()
    .then(callback)
    .catch((error: unknown) => onFailure(messageOf(error)))
    .finally(() => isOver.abort());
  await Promise.race([called, clock.wait(LONGEST_CALLBACK_MS, isOver.signal).catch(() => {})]);
}
