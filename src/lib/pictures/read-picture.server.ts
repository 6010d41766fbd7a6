import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AssetFormat } from '#lib/capture/formats/asset-format.ts';
import { jpeg } from '#lib/capture/formats/jpeg.server.ts';
import { png } from '#lib/capture/formats/png.server.ts';
import { webp } from '#lib/capture/formats/webp.server.ts';
import type { WholePicture } from './types.ts';

const FORMATS: readonly AssetFormat[] = [webp, jpeg, png];

/** The file if it is a whole WebP, JPEG or PNG picture with a size above 0. */
export async function readPicture(path: string): Promise<WholePicture | undefined> {
  for (const { inspect, mimeType } of FORMATS) {
    const { media, problem } = await inspect(path).catch(() => ({ media: {}, problem: 'unreadable' }));
    const { width = 0, height = 0 }: { width?: number; height?: number } = media;
    if (problem !== undefined || width === 0 || height === 0) continue;
    return { name: basename(path), ...(await sizeAndHash(path)), mimeType, width, height };
  }
  return undefined;
}

/** @throws the error of the disk */
export async function sizeAndHash(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await open(path, 'r');
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
  } finally {
    await handle.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}
