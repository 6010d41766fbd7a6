import { centralHeader, endOfArchive, localHeader, type ZipDirectory, type ZipFacts } from './zip-headers.ts';

/** A file of an archive, as far as its place is concerned. */
export interface ZipEntry {
  /** With forward slashes, unique within the archive. */
  name: string;
  sizeBytes: number;
  /** In ms since the epoch. */
  modifiedMs: number;
}

/** A stretch of the archive. Headers contain the CRC-32 of an entry, so they are made when they are read. */
export type ZipPart = { start: number; sizeBytes: number } & (
  | { kind: 'local' | 'content' | 'central'; entry: number }
  | { kind: 'end' }
);

/** Where everything of an archive is: the only source of its length and of its bytes. */
export interface ZipLayout {
  readonly sizeBytes: number;
  /** In the order of the archive, without gaps; none is empty. */
  readonly parts: readonly ZipPart[];
  readonly directory: Readonly<ZipDirectory>;
  readonly entries: readonly ZipFacts[];
}

/**
 * Lays out an archive of stored files: sizes and CRC-32 before the data, no data descriptors, which macOS's Archive Utility
 * refuses, and ZIP64 exactly where a field overflows.
 */
export function layoutOf(entries: readonly ZipEntry[]): ZipLayout {
  const parts: ZipPart[] = [];
  let start = 0;
  const add = (part: ZipPart) => {
    if (part.sizeBytes > 0) parts.push(part);
    start += part.sizeBytes;
  };
  const encoder = new TextEncoder();
  const placed = entries.map(({ name, sizeBytes, modifiedMs }, entry): ZipFacts => {
    const facts = { name: encoder.encode(name), sizeBytes, modifiedMs, offset: start };
    add({ kind: 'local', entry, start, sizeBytes: localHeader(facts, 0).length });
    add({ kind: 'content', entry, start, sizeBytes });
    return facts;
  });
  const directoryStart = start;
  for (const [entry, facts] of placed.entries()) {
    add({ kind: 'central', entry, start, sizeBytes: centralHeader(facts, 0).length });
  }
  const directory = { start: directoryStart, sizeBytes: start - directoryStart, entries: entries.length };
  add({ kind: 'end', start, sizeBytes: endOfArchive(directory).length });
  return { sizeBytes: start, parts, directory, entries: placed };
}

/** A part of an archive, and which of its bytes are wanted, the last one included. */
export interface ZipSlice {
  part: ZipPart;
  from: number;
  to: number;
}

/** What a range of the archive consists of; finding its beginning takes no look at what lies before. */
export function* slicesOf({ parts }: ZipLayout, { start, end }: { start: number; end: number }): Generator<ZipSlice> {
  for (let index = partAt(parts, start); index < parts.length; index += 1) {
    const part = parts[index];
    if (!part || part.start > end) return;
    yield {
      part,
      from: Math.max(0, start - part.start),
      to: Math.min(part.sizeBytes - 1, end - part.start),
    };
  }
}

/** The part that contains a position. */
function partAt(parts: readonly ZipPart[], position: number): number {
  let [low, high] = [0, parts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((parts[middle]?.start ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The bytes of a part that is not the content of an entry. @param crc32 of the entry */
export function headerBytes(layout: ZipLayout, part: ZipPart, crc32: number): Uint8Array {
  if (part.kind === 'end') return endOfArchive(layout.directory);
  const facts = layout.entries[part.entry];
  if (!facts || part.kind === 'content') throw new RangeError(`part at ${part.start} has no header`);
  return part.kind === 'local' ? localHeader(facts, crc32) : centralHeader(facts, crc32);
}
