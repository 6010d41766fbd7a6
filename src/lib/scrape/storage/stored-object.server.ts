import { createHash } from 'node:crypto';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';

interface Facts {
  sizeBytes: number;
  /** Undefined: only the size is compared. */
  sha256?: string | undefined;
}

/** `same` where only the size could be compared, unless the content is read. */
export type Comparison = 'same' | 'missing' | 'other-size' | 'other-content';

/**
 * Compares an object with what is on record of it.
 * @param readContent also where the store keeps a checksum, which only says what was once stored
 * @throws ReelError of the store: nothing is then known of the object
 */
export async function compareObject(
  store: AssetStore,
  name: string,
  facts: Facts,
  { readContent = false, signal }: { readContent?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<Comparison> {
  const object = await store.stat(name);
  if (!object) return 'missing';
  if (object.sizeBytes !== facts.sizeBytes) return 'other-size';
  if (facts.sha256 === undefined) return 'same';
  if (object.sha256 !== undefined && object.sha256 !== facts.sha256) return 'other-content';
  if (!readContent) return 'same';
  return (await hashOf(store, name, signal)) === facts.sha256 ? 'same' : 'other-content';
}

/** Whether exactly this content is stored under the name; reads it where the store keeps no checksum. */
export async function isStored(
  store: AssetStore,
  name: string,
  facts: Required<Facts>,
  signal?: AbortSignal,
): Promise<boolean> {
  const object = await store.stat(name);
  if (object?.sizeBytes !== facts.sizeBytes) return false;
  return (object.sha256 ?? (await hashOf(store, name, signal))) === facts.sha256;
}

async function hashOf(store: AssetStore, name: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of await store.open(name)) {
    signal?.throwIfAborted();
    hash.update(piece);
  }
  return hash.digest('hex');
}
