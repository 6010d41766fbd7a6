import { freeName, nameKey, safeFileName } from '#lib/media/names/file-name.ts';

export const MANIFEST_NAME = 'manifest.json';

/** Gives names for an archive: safe on every system that unpacks it, and unique also where case does not count. */
export function archiveNames(): (wanted: string, extension: string) => string {
  const taken = new Set([MANIFEST_NAME]);
  // Where to go on counting: 10,000 items of one name would otherwise be counted from 2 each time.
  const uses = new Map<string, number>();
  return (wanted, extension) => {
    const given = wanted.trim() === '' ? 'video' : wanted;
    const hasExtension = given.toLowerCase().endsWith(extension.toLowerCase());
    const safe = safeFileName(hasExtension ? given : given + extension, extension);
    const used = uses.get(nameKey(safe)) ?? 0;
    const name = freeName(safe, (key) => taken.has(key), Math.max(2, used + 1));
    uses.set(nameKey(safe), used + 1);
    taken.add(nameKey(name));
    return name;
  };
}
