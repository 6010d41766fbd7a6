import type { AssetStore } from '#lib/stores/assets/asset-store.ts';
import type { RetainedVersions } from './usage.ts';

/** What a store keeps of films that are gone from the records. @throws ReelError of the store */
export async function retainedIn(
  { versions }: Pick<AssetStore, 'versions'>,
  channelId: string | undefined,
): Promise<RetainedVersions> {
  const areKept = versions ? await versions.areKept() : false;
  if (!versions || !areKept) return { areKept: areKept ?? null, versions: 0, bytes: 0 };
  return { areKept, ...(await versions.usage(channelId === undefined ? '' : `${channelId}/`)) };
}
