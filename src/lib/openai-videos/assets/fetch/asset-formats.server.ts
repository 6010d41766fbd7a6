import { open } from 'node:fs/promises';
import { anyVideo, jpeg, png, webp } from '#lib/capture/formats/formats.server.ts';
import type { AssetFormat } from '#lib/capture/types.ts';
import type { AssetType } from '#lib/openai-videos/assets/job/types.ts';

/**
 * What each file must be. The format is detected from the content, as services choose it by themselves; the file name keeps the
 * usual ending.
 */
export const ASSET_FORMATS: Record<AssetType, AssetFormat> = {
  video: anyVideo,
  thumbnail: anyPicture(webp),
  spritesheet: anyPicture(jpeg),
};

function anyPicture(usual: AssetFormat): AssetFormat {
  const pictures = [webp, jpeg, png];
  const formatOf = (bytes: Uint8Array) => pictures.find((one) => one.startsLike(bytes));
  const sniffBytes = Math.max(...pictures.map((one) => one.sniffBytes));
  return {
    ...usual,
    title: 'WebP, JPEG or PNG picture',
    sniffBytes,
    startsLike: (bytes) => formatOf(bytes) !== undefined,
    inspect: async (path) => {
      const format = formatOf(await readStart(path, sniffBytes)) ?? usual;
      return { ...(await format.inspect(path)), mimeType: format.mimeType };
    },
  };
}

async function readStart(path: string, bytes: number): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
}
