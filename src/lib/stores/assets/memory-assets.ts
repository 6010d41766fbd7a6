import '#lib/base/server-only.server.ts';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { assertAssetName, assertAssetPrefix, assertFacts, bytesOf, nameIsTaken, noSuchAsset } from './asset-rules.ts';
import type { AssetStore, StoredAsset } from './asset-store.ts';
import { readVerified } from './verified-source.server.ts';

interface Held {
  readonly asset: Readonly<StoredAsset>;
  readonly bytes: Uint8Array;
}

/** An asset store in memory: for previews and tests. */
export function createMemoryAssets({ clock = systemClock }: { clock?: Clock | undefined } = {}): AssetStore {
  const held = new Map<string, Held>();
  const add = (name: string, bytes: Uint8Array, sha256: string): StoredAsset => {
    const holder = held.get(name);
    if (holder && holder.asset.sha256 !== sha256) throw nameIsTaken(name);
    const asset = holder?.asset ?? { name, sizeBytes: bytes.length, sha256, modifiedAt: new Date(clock.now()) };
    held.set(name, holder ?? { asset, bytes });
    return copyOf(asset);
  };
  return {
    async put(name, source, facts, options = {}) {
      assertAssetName(name);
      assertFacts(facts);
      const holder = held.get(name);
      if (holder && holder.asset.sha256 !== facts.sha256) throw nameIsTaken(name);
      const pieces: Uint8Array[] = [];
      await readVerified(source.path, facts, options, (piece) => {
        pieces.push(piece);
      });
      return add(name, Buffer.concat(pieces), facts.sha256);
    },
    async stat(name) {
      assertAssetName(name);
      const holder = held.get(name);
      return holder && copyOf(holder.asset);
    },
    async open(name, range) {
      assertAssetName(name);
      const holder = held.get(name);
      if (!holder) throw noSuchAsset(name);
      const { start, end } = bytesOf(range, holder.bytes.length);
      return new Blob([holder.bytes.slice(start, end + 1)]).stream();
    },
    async *list(prefix) {
      assertAssetPrefix(prefix);
      const names = [...held.keys()].filter((name) => name.startsWith(prefix)).sort();
      for (const name of names) {
        const holder = held.get(name);
        if (holder) yield copyOf(holder.asset);
      }
    },
    async remove(name) {
      assertAssetName(name);
      held.delete(name);
    },
    async address(name) {
      assertAssetName(name);
      return undefined;
    },
  };
}

function copyOf({ modifiedAt, ...rest }: StoredAsset): StoredAsset {
  return { ...rest, modifiedAt: new Date(modifiedAt) };
}
