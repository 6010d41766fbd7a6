import { dirname, join } from 'node:path';
import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock, throwIfAborted } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { type S3Settings, s3AddressOf } from '#lib/base/input/s3-settings.ts';
import { assertUsableProxies, type ProxySettings } from '#lib/base/network/proxy.server.ts';
import { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
import { processWide } from '#lib/base/process-wide.ts';
import { assertAssetName, assertAssetPrefix, assertFacts, noSuchAsset } from '#lib/stores/assets/asset-rules.ts';
import type { AssetRange, AssetStore, AssetVersions, StoredAsset } from '#lib/stores/assets/asset-store.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { Bandwidth } from './client/bandwidth.ts';
import { ObjectStore } from './client/object-store.server.ts';
import { Patience, persistently, type RequestLimits } from './client/request-limit.server.ts';
import { S3Clients } from './client/s3-client.server.ts';
import { isAbsent, s3Error } from './client/s3-fault.ts';
import type { ObjectHead } from './objects.ts';
import { listObjects } from './read/list-objects.server.ts';
import { readObject } from './read/object-stream.server.ts';
import { objectVersions } from './read/object-versions.server.ts';
import { presignedLink } from './read/presigned-link.server.ts';
import { UploadJournal, type UploadOwner, type UploadRecord, uploadRecords } from './upload/upload-journal.server.ts';
import { UploadMemory } from './upload/upload-memory.ts';
import { UPLOAD_MEMORY_BYTES, Uploader, type UploaderOptions } from './upload/uploader.server.ts';

export interface S3StoreOptions extends UploaderOptions {
  settings: S3Settings;
  /** Follows the prefix of the settings in every key: '' or a path without a slash at its end. */
  area?: string | undefined;
  /** Where uploads that are under way are on record. */
  uploads: RecordStore<UploadRecord>;
  owner: UploadOwner;
  proxy?: ProxySettings | undefined;
  /** Of the uploads of several stores together; default: this one's alone, by the settings. */
  bandwidth?: Bandwidth | undefined;
  clock?: Clock | undefined;
  /** A request during which no byte moves for this long is ended; default 60 s. */
  stallTimeoutMs?: number | undefined;
  /** An upload ends after this long without progress, and can be continued; default 3 min. */
  patienceMs?: number | undefined;
  /** A reader that takes nothing for this long loses its connection to the store until it goes on; default 30 s. */
  idleReaderMs?: number | undefined;
}

/** An asset store with what only object storage has. */
export interface S3Store extends AssetStore {
  readonly versions: AssetVersions;
  /** Aborts what dead processes were uploading. @returns how many uploads */
  sweepUploads(options?: { graceMs?: number }): Promise<number>;
  removeLeftovers(name: string): Promise<void>;
  /** Closes idle connections. */
  close(): void;
}

/** An upload that nobody has continued for so long after its process ended is aborted. */
const GRACE_MS = 3_600_000;

const openUploads = recordStores(uploadRecords);

/** The object storage of the settings. */
export function openS3(
  assets: S3Settings,
  area: string,
  settings: { metadataPath: string; database: string | undefined; proxy: ProxySettings },
): S3Store {
  const { metadataPath, database, proxy } = settings;
  const uploads = openUploads({ jsonPath: join(dirname(metadataPath), 'asset-uploads.json'), database });
  const owner = { name: processIdentity(), isSurelyDead };
  const { memory, bandwidth } = shared(assets.uploadBytesPerSecond);
  return createS3Store({ settings: assets, area, uploads, owner, proxy, memory, bandwidth });
}

/** What the stores of all parts of a process share. */
function shared(uploadBytesPerSecond: number | undefined) {
  const { memory, bandwidths } = processWide('reelkeep.uploads', () => ({
    memory: new UploadMemory(UPLOAD_MEMORY_BYTES),
    bandwidths: new Map<number | undefined, Bandwidth>(),
  }));
  const bandwidth = bandwidths.get(uploadBytesPerSecond) ?? new Bandwidth(uploadBytesPerSecond, systemClock);
  bandwidths.set(uploadBytesPerSecond, bandwidth);
  return { memory, bandwidth };
}

/** Assets as objects of one bucket. @throws ReelError `config` for a proxy that cannot be used */
export function createS3Store(options: S3StoreOptions): S3Store {
  const { settings, clock = systemClock, proxy = {}, stallTimeoutMs = 60_000, patienceMs = 180_000 } = options;
  const clients = clientsOf(settings, proxy);
  const { bucket } = settings;
  const limits: RequestLimits = { clock, stallTimeoutMs, patienceMs };
  const bandwidth = options.bandwidth ?? new Bandwidth(settings.uploadBytesPerSecond, clock);
  const store = new ObjectStore(clients, bucket, { ...limits, bandwidth });
  const place = `${settings.endpoint ?? 'aws'} ${s3AddressOf({ bucket, prefix: '' })}`;
  const journal = new UploadJournal(options.uploads, place, options.owner);
  const uploader = new Uploader(store, (...what) => readObject(store, ...what), journal, options);
  const base = [settings.prefix, options.area].map((part) => (part ? `${part}/` : '')).join('');
  const keyOf = (name: string): string => {
    assertAssetName(name);
    return base + name;
  };
  const addressOf = (name: string) => `s3://${bucket}/${base}${name}`;
  /** Errors in words, for one name. */
  const doing = async <T>(what: string, name: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw s3Error(error, `Could not ${what} ${addressOf(name)}`, clock.now());
    }
  };
  const sweepNowAndThen = atMostEvery(GRACE_MS, clock, () => void uploader.sweep(base, GRACE_MS).catch(() => {}));
  return {
    async put(name, source, facts, { signal, onProgress, isOwnName = false } = {}) {
      const key = keyOf(name);
      assertFacts(facts);
      throwIfAborted(signal);
      sweepNowAndThen();
      const target = { key, path: source.path, facts, address: addressOf(name), isOwnName };
      const onSent = (bytes: number) => callSafely(onProgress, bytes);
      const upload = () => uploader.put(target, { signal, onSent });
      const head = await oneAtATime(`${place}/${key}`, () => doing('upload', name, upload));
      return { ...assetOf(name, head), sha256: facts.sha256 };
    },
    async stat(name) {
      const key = keyOf(name);
      const look = () => persistently(() => store.head(key), new Patience(limits), clock);
      const head = await doing('look up', name, look);
      return head && assetOf(name, head);
    },
    async open(name, range) {
      const key = keyOf(name);
      const header = rangeHeader(range);
      return doing('read', name, async () => {
        try {
          return await readObject(store, key, { range: header, idleReaderMs: options.idleReaderMs });
        } catch (error) {
          const fault = store.faultOf(error);
          if (isAbsent(fault) && fault.code !== 'NoSuchBucket') throw noSuchAsset(name);
          if (fault.status === 416) throw outside(range, addressOf(name));
          throw error;
        }
      });
    },
    async *list(prefix) {
      assertAssetPrefix(prefix);
      try {
        yield* listObjects(clients.uploads, { bucket, base, prefix }, limits);
      } catch (error) {
        throw s3Error(error, `Could not list ${addressOf(prefix)}`, clock.now());
      }
    },
    async remove(name) {
      const key = keyOf(name);
      await doing('remove', name, () => persistently(() => store.remove(key), new Patience(limits), clock));
    },
    async address(name, link = {}) {
      const key = keyOf(name);
      return doing('sign a link to', name, () => presignedLink(clients.links, { bucket, key }, link, clock.now()));
    },
    removeLeftovers: async (name) => void (await uploader.sweep(keyOf(name), 0)),
    versions: objectVersions(clients.uploads, { bucket, base }, limits, doing),
    sweepUploads: ({ graceMs = GRACE_MS } = {}) => uploader.sweep(base, graceMs),
    close: () => clients.destroy(),
  };
}

/** Works with the first call, and then only when the time is over. */
function atMostEvery(intervalMs: number, clock: Clock, work: () => void): () => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.now() - lastMs < intervalMs) return;
    lastMs = clock.now();
    work();
  };
}

function clientsOf(settings: S3Settings, proxy: ProxySettings): S3Clients {
  assertUsableProxies(proxy);
  return new S3Clients(settings, proxy);
}

function assetOf(name: string, { sizeBytes, sha256, modifiedAt }: ObjectHead): StoredAsset {
  return { name, sizeBytes, modifiedAt, ...(sha256 !== undefined && { sha256 }) };
}

function rangeHeader(range: AssetRange | undefined): string | undefined {
  if (!range) return undefined;
  const { start, end } = range;
  const isWhole = [start, end ?? 0].every(Number.isSafeInteger);
  if (!isWhole || (end !== undefined && (end < 0 || end < start || start < 0))) {
    throw new ReelError('invalid-input', `${start} to ${end} is no range of bytes.`, { stage: 'recording' });
  }
  return start < 0 ? `bytes=${start}` : `bytes=${start}-${end ?? ''}`;
}

function outside(range: AssetRange | undefined, address: string): ReelError {
  const { start = 0, end = '' } = range ?? {};
  return new ReelError('invalid-input', `Bytes ${start} to ${end} are outside ${address}.`, { stage: 'recording' });
}

const underWay = new Map<string, Promise<unknown>>();

/** Within this process two writers of one name take turns, whatever the store knows of conditions. */
async function oneAtATime<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = underWay.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  underWay.set(key, mine);
  try {
    return await mine;
  } finally {
    if (underWay.get(key) === mine) underWay.delete(key);
  }
}
