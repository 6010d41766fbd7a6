import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { isAssetName } from '#lib/stores/assets/asset-rules.ts';
import type { StoredAsset } from '#lib/stores/assets/asset-store.ts';
import {
  Patience,
  persistently,
  type RequestLimits,
  withinLimit,
} from '#lib/stores/assets/s3/client/request-limit.server.ts';

/**
 * The objects whose keys begin with `base` and `prefix`, as assets named after what follows `base`. In the order of the store,
 * which is that of the names' bytes.
 */
export async function* listObjects(
  client: S3Client,
  { bucket, base, prefix }: { bucket: string; base: string; prefix: string },
  limits: RequestLimits,
): AsyncGenerator<StoredAsset> {
  let after: string | undefined;
  do {
    const next = after === undefined ? {} : { ContinuationToken: after };
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: base + prefix, ...next });
    const once = () => withinLimit((abortSignal) => client.send(command, { abortSignal }), limits);
    const page = await persistently(once, new Patience(limits), limits.clock);
    for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
      const name = Key.slice(base.length);
      if (isAssetName(name)) yield { name, sizeBytes: Size, modifiedAt: LastModified };
    }
    after = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (after !== undefined);
}
