import { ReelError } from '#lib/base/errors.ts';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';
import { crcOf } from './local-source.server.ts';
import type { ZipSource } from './zip-stream.server.ts';

/**
 * A file of an asset store as an entry of an archive. Its CRC-32 is computed by reading it once before it is sent, unless
 * the caller knows it.
 * @param options.keepCrc is given what has been computed
 * @throws ReelError `not-found`; what the store throws
 */
export async function storedSource(
  store: Pick<AssetStore, 'stat' | 'open'>,
  name: string,
  options: {
    nameInArchive: string;
    crc32?: number | undefined;
    keepCrc?: ((crc32: number) => Promise<void>) | undefined;
  },
): Promise<ZipSource> {
  const stored = await store.stat(name);
  if (!stored) throw new ReelError('not-found', `${name} is not in the store.`, { stage: 'recording' });
  const { sizeBytes, sha256, modifiedAt } = stored;
  let known = sizeBytes === 0 ? 0 : options.crc32;
  return {
    ...{ name: options.nameInArchive, sizeBytes, modifiedMs: modifiedAt.getTime() },
    version: sha256 ?? modifiedAt.toISOString(),
    open: (range) => store.open(name, range),
    async crc32(signal) {
      if (known !== undefined) return known;
      known = await crcOf(await store.open(name), signal);
      await options.keepCrc?.(known);
      return known;
    },
  };
}
