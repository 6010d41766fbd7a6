import type { Clock } from '#lib/base/clock.ts';
import type { AssetFormat, CaptureFunctions, CaptureOptions } from '#lib/capture/types.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import type { AssetType } from '#lib/openai-videos/assets/job/types.ts';
import type { RecordStore, Step, StepNeeds } from '#lib/stores/records/record-store.ts';
import type { ServiceMemory } from './service-memory.ts';
import type { DownloadStorage } from './storage.server.ts';

/** One look at a video, as `OpenAIVideosClient.retrieve` answers it. */
export interface VideoLook {
  status: string;
  expiresAt?: Date | undefined;
  error?: { code?: string | undefined; message?: string | undefined } | undefined;
}

/** What of the client is used here. */
export interface VideoService {
  readonly baseUrl: string;
  readonly origin: string;
  /** One request, never repeated. */
  retrieve(id: string, options: { signal?: AbortSignal; timeoutMs?: number }): Promise<VideoLook>;
  list(options: { limit: number; signal?: AbortSignal }): AsyncIterable<unknown>;
  contentLink(id: string, variant: AssetType): { url: string; headers: Record<string, string> };
}

type Change = Partial<DownloadRecord> | ((current: DownloadRecord, step: Step) => Partial<DownloadRecord>);

/** A job in the hands of this process; see `HeldRecord`. */
export interface HeldDownload {
  readonly key: string;
  readonly fence: number;
  readonly record: DownloadRecord;
  patch(change: Change, needs?: StepNeeds): Promise<DownloadRecord>;
  release(change?: Change): Promise<DownloadRecord>;
}

/** What every try of one manager shares. */
export interface WorkContext {
  readonly store: RecordStore<DownloadRecord>;
  readonly service: VideoService;
  /** The service, as records name it. */
  readonly endpoint: string;
  readonly storage: DownloadStorage;
  /** How files are downloaded and checked. */
  readonly files: CaptureFunctions;
  readonly formats: Record<AssetType, AssetFormat>;
  readonly memory: ServiceMemory;
  readonly clock: Clock;
  readonly capture: Pick<CaptureOptions, 'allowPrivateNetwork' | 'proxy' | 'trustedOrigin' | 'throttle' | 'maxBytes'>;
  /** How long pictures under way may hold up a film that is in place. */
  readonly pictureGraceMs: number;
  /** Every job of this storage, as far as this process knows. */
  records(): readonly DownloadRecord[];
  /** Reads what other processes have written. */
  refresh(): Promise<void>;
  onBytes(key: string, type: AssetType, received: number, total: number | undefined): void;
}
