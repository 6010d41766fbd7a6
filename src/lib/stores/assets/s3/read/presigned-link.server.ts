import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { AddressOptions } from '#lib/stores/assets/asset-store.ts';

/** The limit of the signature. */
const LONGEST_SECONDS = 7 * 24 * 3600;
const USUAL_SECONDS = 3600;

/** A link to one object. It never lives longer than the credentials that sign it, which may be temporary. */
export async function presignedLink(
  client: S3Client,
  object: { bucket: string; key: string },
  { expiresInSeconds = USUAL_SECONDS, downloadAs }: AddressOptions,
  nowMs: number,
): Promise<URL> {
  const { expiration } = await client.config.credentials();
  const leftSeconds = expiration ? Math.floor((expiration.getTime() - nowMs) / 1000) : LONGEST_SECONDS;
  const expiresIn = Math.max(1, Math.min(Math.floor(expiresInSeconds), LONGEST_SECONDS, leftSeconds));
  const disposition = downloadAs === undefined ? {} : { ResponseContentDisposition: contentDisposition(downloadAs) };
  const command = new GetObjectCommand({ Bucket: object.bucket, Key: object.key, ...disposition });
  return new URL(await getSignedUrl(client, command, { expiresIn }));
}

/** RFC 6266: ASCII for old clients, UTF-8 for the others. */
function contentDisposition(fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
