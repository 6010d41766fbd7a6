import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { assertAssetName } from '#lib/stores/assets/asset-rules.ts';
import type { AssetVersions } from '#lib/stores/assets/asset-store.ts';
import {
  Patience,
  persistently,
  type RequestLimits,
  withinLimit,
} from '#lib/stores/assets/s3/client/request-limit.server.ts';
import { faultOf, isForbidden, isNotImplemented } from '#lib/stores/assets/s3/client/s3-fault.ts';

interface Version {
  key: string;
  id: string;
  sizeBytes: number;
  /** What a plain read gets, and what its record stands for. */
  isCurrent: boolean;
}

/**
 * What a versioned bucket keeps of objects that were removed or replaced.
 * @param base of every key
 * @param doing puts errors of the SDK into words
 */
export function objectVersions(
  client: S3Client,
  { bucket, base }: { bucket: string; base: string },
  limits: RequestLimits,
  doing: <T>(what: string, name: string, work: () => Promise<T>) => Promise<T>,
): AssetVersions {
  const persist = <T>(run: (abortSignal: AbortSignal) => Promise<T>): Promise<T> =>
    persistently(() => withinLimit(run, limits), new Patience(limits), limits.clock);
  const send = <T>(run: (abortSignal: AbortSignal) => Promise<T>): Promise<T> =>
    doing('manage the versions of', '', () => persist(run));

  async function* versionsOf(prefix: string): AsyncGenerator<Version> {
    let next: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> | undefined = {};
    while (next) {
      const command = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: base + prefix, ...next });
      const page: ListObjectVersionsCommandOutput = await send((abortSignal) => client.send(command, { abortSignal }));
      for (const { Key = '', VersionId = '', Size = 0, IsLatest = false } of page.Versions ?? [])
        yield { key: Key, id: VersionId, sizeBytes: Size, isCurrent: IsLatest };
      for (const { Key = '', VersionId = '' } of page.DeleteMarkers ?? [])
        yield { key: Key, id: VersionId, sizeBytes: 0, isCurrent: false };
      next = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
  }

  return {
    async areKept() {
      try {
        const command = new GetBucketVersioningCommand({ Bucket: bucket });
        const { Status } = await persist((abortSignal) => client.send(command, { abortSignal }));
        // Suspended: no new ones come, but those that are there stay.
        return Status === 'Enabled' || Status === 'Suspended';
      } catch (error) {
        const fault = faultOf(error, limits.clock.now());
        if (isForbidden(fault) || isNotImplemented(fault)) return undefined;
        return doing('read the versioning of', '', () => Promise.reject(error));
      }
    },
    async usage(prefix) {
      const former = { versions: 0, bytes: 0 };
      for await (const { sizeBytes, isCurrent } of versionsOf(prefix)) {
        if (isCurrent || sizeBytes === 0) continue;
        former.versions += 1;
        former.bytes += sizeBytes;
      }
      return former;
    },
    async removeAll(name) {
      assertAssetName(name);
      let bytes = 0;
      // A prefix also finds the longer names. Listed first: what is removed would move the pages.
      const versions = (await Array.fromAsync(versionsOf(name))).filter(({ key }) => key === base + name);
      for (const { key, id, sizeBytes } of versions) {
        const command = new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: id });
        await send((abortSignal) => client.send(command, { abortSignal }));
        bytes += sizeBytes;
      }
      return { bytes };
    },
  };
}
